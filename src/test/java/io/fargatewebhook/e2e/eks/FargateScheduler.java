package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Stands in for {@code fargate-scheduler}: a node of its own for every pod it takes, or a refusal and the pod stays Pending.
 *
 * <p>Steps, annotations and binding as in AUDIT fargate-mutate-pod-audit-log.json, events as in LAB scheduling.md, only
 * without the 45 s that the machine takes to start.
 */
final class FargateScheduler extends Scheduler {

    static final String NAME = "fargate-scheduler";

    private static final List<String> ZONES = List.of("us-west-2a", "us-west-2b", "us-west-2c");

    private final FargateLimits limits;
    private int machines;

    FargateScheduler(KubernetesClient client, StandInNodes nodes) {
        super(NAME, client, nodes);
        limits = new FargateLimits(new ClaimsOfCluster(client));
    }

    @Override
    void schedule(Pod pod) {
        // A creator may have set schedulerName himself; what EKS does with a pod of no profile is not known.
        if (!pod.getMetadata().getLabels().containsKey(FargateProfile.LABEL)) {
            return;
        }
        var refusal = limits.refusal(pod, ZONES.stream().map(FargateScheduler::offer).toList());
        if (refusal.isPresent()) {
            refuse(pod, refusal.get());
        } else {
            take(pod);
        }
    }

    private void refuse(Pod pod, FargateLimits.Refusal refusal) {
        kubelet.patchStatus(pod, new PodBuilder()
                .withNewStatus()
                    .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("False")
                        .withReason(refusal.reason())
                        .withMessage(refusal.message())
                        .withLastTransitionTime(Instant.now().toString())
                    .endCondition()
                .endStatus()
                .build());
        event(pod, "Warning", "FailedScheduling", refusal.message());
    }

    private void take(Pod pod) {
        kubelet.patchStatus(pod, new PodBuilder()
                .withNewMetadata()
                    .addToAnnotations("CapacityProvisioned", FargateSize.of(pod).orElseThrow().toString())
                    .addToAnnotations("Logging", "LoggingDisabled: LOGGING_CONFIGMAP_NOT_FOUND")
                .endMetadata()
                .build());
        event(pod, "Warning", "LoggingDisabled",
                "Disabled logging because aws-logging configmap was not found. configmap \"aws-logging\" not found");
        var zone = ZONES.stream().filter(candidate -> FargateLimits.runsOn(pod, offer(candidate))).findFirst().orElseThrow();
        bind(pod, machine(zone));
    }

    @Override
    void bound(Pod pod, StandInNode node) {
        // The pod has the machine's only address (AUDIT: hostIP and podIP are the same).
        kubelet.run(pod, node, node.address());
    }

    @Override
    void removed(Pod pod) {
        nodes.get(pod.getSpec().getNodeName()).filter(StandInNode::fargate).ifPresent(node -> nodes.remove(node.name()));
    }

    /** The labels that a node in a zone would have: all but the name, which nobody can ask for in advance. */
    private static Map<String, String> offer(String zone) {
        var labels = StandInNode.fargate("0.0.0.0", zone).labels();
        labels.remove("kubernetes.io/hostname");
        return labels;
    }

    private StandInNode machine(String zone) {
        while (true) {
            machines++;
            var node = StandInNode.fargate("10.42." + (10 + machines / 250 % 90) + "." + (1 + machines % 250), zone);
            if (nodes.add(node)) {
                return node;
            }
        }
    }
}
