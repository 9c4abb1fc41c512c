package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.stream.Stream;

/** What a kubelet reports about its pods: at once Running and Ready, and gone when deleted. Nothing runs. */
record Kubelet(KubernetesClient client) {

    void run(Pod pod, StandInNode node, String podAddress) {
        var now = Instant.now().toString();
        var containers = pod.getSpec().getContainers().stream()
                .map(container -> new ContainerStatusBuilder()
                        .withName(container.getName())
                        .withImage(container.getImage())
                        .withImageID("")
                        .withReady(true)
                        .withStarted(true)
                        .withRestartCount(0)
                        .withNewState().withNewRunning(now).endState()
                        .build())
                .toList();
        var conditions = Stream.of("PodScheduled", "Initialized", "ContainersReady", "Ready").map(type -> isTrue(type, now)).toList();
        patchStatus(pod, new PodBuilder()
                .withNewStatus()
                    .withPhase("Running")
                    .withHostIP(node.address())
                    .withPodIP(podAddress)
                    .addNewPodIP(podAddress)
                    .withStartTime(now)
                    .withConditions(conditions)
                    .withContainerStatuses(containers)
                .endStatus()
                .build());
    }

    /** Changes what {@code change} sets of the pod's annotations and status, and nothing else. */
    void patchStatus(Pod pod, Pod change) {
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .subresource("status")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), client.getKubernetesSerialization().asJson(change));
    }

    /** Ends a pod that was deleted: until its kubelet says that it is down, it stays Terminating. */
    void remove(Pod pod) {
        var meta = pod.getMetadata();
        var thisOne = new DeleteOptionsBuilder()
                .withGracePeriodSeconds(0L)
                .withNewPreconditions().withUid(meta.getUid()).endPreconditions()
                .build();
        client.raw("/api/v1/namespaces/" + meta.getNamespace() + "/pods/" + meta.getName(), "DELETE", thisOne);
    }

    private static PodCondition isTrue(String type, String since) {
        return new PodConditionBuilder().withType(type).withStatus("True").withLastTransitionTime(since).build();
    }
}
