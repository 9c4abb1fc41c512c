package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * Stands in for {@code default-scheduler} and one EC2 worker, so that "stays on EC2" can be seen. It has no notion of
 * resources or taints, and leaves the pods of one namespace Pending: those of the webhook, which nothing here could run and
 * which must not become endpoints of its Service.
 */
final class Ec2Scheduler extends Scheduler {

    private static final StandInNode NODE = StandInNode.ec2("10.42.10.10", "us-west-2a");

    private final String leftAlone;
    private int pods;

    Ec2Scheduler(KubernetesClient client, StandInNodes nodes, String leftAlone) {
        super("default-scheduler", client, nodes);
        this.leftAlone = leftAlone;
        nodes.add(NODE);
    }

    @Override
    void schedule(Pod pod) {
        if (!pod.getMetadata().getNamespace().equals(leftAlone)
                && new NodeRequirements(pod).accept(NODE.name(), NODE.labels())) {
            bind(pod, NODE);
        }
    }

    @Override
    void bound(Pod pod, StandInNode node) {
        pods++;
        kubelet.run(pod, node, "10.42." + (100 + pods / 250 % 100) + "." + (1 + pods % 250));
    }

    @Override
    void removed(Pod pod) {}
}
