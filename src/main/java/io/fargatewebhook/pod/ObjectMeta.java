package io.fargatewebhook.pod;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod's metadata; {@code name} and {@code namespace} may be empty at creation. */
public record ObjectMeta(
        String name,
        String generateName,
        String namespace,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<OwnerReference> ownerReferences) {
    static final ObjectMeta NONE = new ObjectMeta(null, null, null, null, null, null);

    public ObjectMeta {
        name = Absent.orEmpty(name);
        generateName = Absent.orEmpty(generateName);
        namespace = Absent.orEmpty(namespace);
        labels = Absent.orEmpty(labels);
        annotations = Absent.orEmpty(annotations);
        ownerReferences = Absent.orEmpty(ownerReferences);
    }

    /** The owner that made the pod and would replace it. */
    public Optional<OwnerReference> controller() {
        return ownerReferences.stream().filter(OwnerReference::controller).findFirst();
    }

    public record OwnerReference(String kind, String name, boolean controller) {
        public OwnerReference {
            kind = Absent.orEmpty(kind);
            name = Absent.orEmpty(name);
        }
    }
}
