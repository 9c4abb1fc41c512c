package io.fargatewebhook.pod;

import java.util.List;

/**
 * A volume of a pod.
 *
 * @param types the kinds of source it names, such as {@code configMap}: one in a valid pod; none means emptyDir
 * @param claimName the PersistentVolumeClaim it names, or empty
 */
public record Volume(String name, List<String> types, String claimName) {
    public Volume {
        name = Absent.orEmpty(name);
        types = Absent.orEmpty(types);
        claimName = Absent.orEmpty(claimName);
    }
}
