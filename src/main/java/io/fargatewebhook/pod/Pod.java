package io.fargatewebhook.pod;

import java.util.HashMap;
import java.util.Map;

/**
 * A pod as its creator asked for it.
 *
 * @throws IllegalArgumentException where the object has no metadata: no API server sends such a pod, and no patch of its
 *     labels could apply
 */
public record Pod(ObjectMeta metadata, PodSpec spec) implements KubernetesObject {
    public Pod {
        if (metadata == null) {
            throw new IllegalArgumentException("the pod has no metadata");
        }
        spec = spec == null ? PodSpec.EMPTY : spec;
    }

    /** The same pod without this label. */
    public Pod withoutLabel(String key) {
        Map<String, String> labels = new HashMap<>(metadata.labels());
        labels.remove(key);
        return new Pod(
                new ObjectMeta(
                        metadata.name(),
                        metadata.generateName(),
                        metadata.namespace(),
                        labels,
                        metadata.annotations(),
                        metadata.ownerReferences()),
                spec);
    }

    /** The pod's name, or what it will begin with, or {@code pod} where neither is known yet. */
    @Override
    public String displayName() {
        if (!metadata.name().isEmpty()) {
            return metadata.name();
        }
        return metadata.generateName().isEmpty() ? "pod" : metadata.generateName();
    }
}
