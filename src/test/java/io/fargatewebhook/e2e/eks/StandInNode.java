package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** A node that exists only as an object. Labels and taint: LAB scheduling.md. */
record StandInNode(String name, String address, String zone, boolean fargate) {

    static final String REGION = "us-west-2";
    private static final String COMPUTE_TYPE = "eks.amazonaws.com/compute-type";
    /** Marks what a stand-in made, so that the next one knows it from the cluster's own nodes. */
    private static final String MARK = "e2e.fargate-webhook.io/stand-in";

    /** The machine of one pod; EKS names it after its address. */
    static StandInNode fargate(String address, String zone) {
        return new StandInNode("fargate-" + hostName(address), address, zone, true);
    }

    /** An ordinary worker of a node group. */
    static StandInNode ec2(String address, String zone) {
        return new StandInNode(hostName(address), address, zone, false);
    }

    static boolean isStandIn(Node node) {
        return node.getMetadata().getAnnotations().containsKey(MARK);
    }

    private static String hostName(String address) {
        return "ip-" + address.replace('.', '-') + "." + REGION + ".compute.internal";
    }

    Map<String, String> labels() {
        var labels = new TreeMap<>(Map.of(
                "beta.kubernetes.io/arch", "amd64",
                "beta.kubernetes.io/os", "linux",
                "failure-domain.beta.kubernetes.io/region", REGION,
                "failure-domain.beta.kubernetes.io/zone", zone,
                "kubernetes.io/arch", "amd64",
                "kubernetes.io/hostname", hostName(address),
                "kubernetes.io/os", "linux",
                "topology.kubernetes.io/region", REGION,
                "topology.kubernetes.io/zone", zone));
        if (fargate) {
            labels.put(COMPUTE_TYPE, "fargate");
        }
        return labels;
    }

    Node object() {
        var node = new NodeBuilder()
                .withNewMetadata()
                    .withName(name)
                    .withLabels(labels())
                    .addToAnnotations(MARK, "true")
                .endMetadata()
                .withNewSpec().endSpec()
                .withNewStatus()
                    .addNewAddress(address, "InternalIP")
                    .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .withReason("KubeletReady")
                        .withMessage("kubelet is posting ready status")
                        .withLastHeartbeatTime(Instant.now().toString())
                        .withLastTransitionTime(Instant.now().toString())
                    .endCondition()
                    // A Fargate node runs one pod; how big it says it is has nothing to do with the pod's size.
                    .addToAllocatable("pods", new Quantity(fargate ? "1" : "110"))
                    .addToAllocatable("cpu", new Quantity("2"))
                    .addToAllocatable("memory", new Quantity("3900Mi"))
                    .addToCapacity("pods", new Quantity(fargate ? "1" : "110"))
                    .addToCapacity("cpu", new Quantity("2"))
                    .addToCapacity("memory", new Quantity("3900Mi"))
                    .withNewNodeInfo()
                        .withArchitecture("amd64")
                        .withOperatingSystem("linux")
                        .withOsImage("Amazon Linux 2")
                        .withContainerRuntimeVersion("containerd://1.7.0")
                        .withKubeletVersion("v0.0.0-stand-in")
                        .withKernelVersion("")
                        .withKubeProxyVersion("")
                        .withBootID("")
                        .withMachineID("")
                        .withSystemUUID("")
                    .endNodeInfo()
                .endStatus()
                .build();
        if (fargate) {
            node = new NodeBuilder(node).editSpec().addNewTaint("NoSchedule", COMPUTE_TYPE, null, "fargate").endSpec().build();
        }
        return node;
    }
}
