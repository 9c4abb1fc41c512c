package io.fargatewebhook.pod;

import java.util.List;
import java.util.Map;

/** What stands for a field that is absent or null in the API object. */
final class Absent {
    private Absent() {}

    static String orEmpty(String value) {
        return value == null ? "" : value;
    }

    static <T> List<T> orEmpty(List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }

    static <K, V> Map<K, V> orEmpty(Map<K, V> values) {
        return values == null ? Map.of() : Map.copyOf(values);
    }
}
