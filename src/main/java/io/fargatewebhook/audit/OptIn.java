package io.fargatewebhook.audit;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fargatewebhook.cluster.Names;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;

/**
 * A namespace that is labeled {@code fargate=yes} or {@code fargate=report}.
 *
 * @param labels whether its pods are labeled, and not only reported
 * @param since when it got its label, as far as the namespace's managedFields tell; the epoch where they do not
 */
record OptIn(String namespace, boolean labels, Instant since) {

    static OptIn of(Namespace namespace) {
        return new OptIn(
                namespace.getMetadata().getName(),
                Names.YES.equals(namespace.getMetadata().getLabels().get(Names.NAMESPACE_LABEL)),
                namespace.getMetadata().getManagedFields().stream()
                        .filter(OptIn::setsTheLabel)
                        .map(entry -> Instant.parse(entry.getTime()))
                        .min(Comparator.naturalOrder())
                        .orElse(Instant.EPOCH));
    }

    private static boolean setsTheLabel(ManagedFieldsEntry entry) {
        return entry.getTime() != null
                && entry.getFieldsV1() != null
                && entry.getFieldsV1().getAdditionalProperties().get("f:metadata") instanceof Map<?, ?> metadata
                && metadata.get("f:labels") instanceof Map<?, ?> labels
                && labels.containsKey("f:" + Names.NAMESPACE_LABEL);
    }
}
