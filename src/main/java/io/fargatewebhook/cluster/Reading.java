package io.fargatewebhook.cluster;

import java.util.function.Function;

/** What a look into the cluster gave: what is there, or why it may not be seen. */
public sealed interface Reading<T> {
    record Found<T>(T value) implements Reading<T> {}

    /** @param message the API server's own, which names the user and the missing right */
    record Denied<T>(String message) implements Reading<T> {}

    default <R> R fold(Function<T, R> found, Function<String, R> denied) {
        // Java 17 has no patterns in switch.
        if (this instanceof Found<T> there) {
            return found.apply(there.value());
        }
        return denied.apply(((Denied<T>) this).message());
    }

    default T orElse(T other) {
        return fold(found -> found, denied -> other);
    }
}
