package io.fargatewebhook.fargate;

import io.fargatewebhook.pod.Affinity.NodeSelectorRequirement;
import io.fargatewebhook.pod.Affinity.NodeSelectorTerm;
import io.fargatewebhook.pod.PodSpec;
import java.util.Map;
import java.util.Set;

/**
 * The node that Fargate makes for a pod, as far as its labels are known before it exists.
 *
 * <p>Zone and region can be anything a profile's subnets allow, so no selector for them is held against a pod. The name is
 * new each time, so no pod can ask for it.
 *
 * <p>Sources: the node of the EKS Workshop lab "Scheduling on Fargate", and limits.json, {@code nodeSelector}.
 */
final class FargateNode {
    private static final Map<String, String> LABELS = Map.of(
            "eks.amazonaws.com/compute-type", "fargate",
            "kubernetes.io/os", "linux",
            "beta.kubernetes.io/os", "linux",
            "kubernetes.io/arch", "amd64",
            "beta.kubernetes.io/arch", "amd64");

    private static final Set<String> ANY_VALUE = Set.of(
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region");

    /** Label and field that name the node. */
    private static final Set<String> NAME = Set.of("kubernetes.io/hostname", "metadata.name");

    private FargateNode() {}

    /** Whether the node has this label, or may have it. */
    static boolean canHave(String key, String value) {
        return ANY_VALUE.contains(key) || value.equals(LABELS.get(key));
    }

    /** Whether the node fits what a pod requires of nodes by affinity. */
    static boolean fitsAffinity(PodSpec spec) {
        return spec.affinity()
                .nodeAffinity()
                .requiredDuringSchedulingIgnoredDuringExecution()
                .map(required -> required.nodeSelectorTerms().stream().anyMatch(FargateNode::fits))
                .orElse(true);
    }

    private static boolean fits(NodeSelectorTerm term) {
        boolean asksNothing = term.matchExpressions().isEmpty() && term.matchFields().isEmpty();
        return !asksNothing
                && term.matchExpressions().stream().allMatch(FargateNode::fits)
                && term.matchFields().stream().allMatch(FargateNode::fits);
    }

    private static boolean fits(NodeSelectorRequirement asked) {
        String key = asked.key();
        boolean any = ANY_VALUE.contains(key);
        boolean named = NAME.contains(key);
        String value = LABELS.get(key);
        return switch (asked.operator()) {
            case "In" -> any || value != null && asked.values().contains(value);
            case "NotIn" -> value == null || !asked.values().contains(value);
            case "Exists" -> any || named || value != null;
            case "DoesNotExist" -> !any && !named && value == null;
            // Gt and Lt compare numbers, and no label of a Fargate node is one.
            default -> false;
        };
    }
}
