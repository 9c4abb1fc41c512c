package io.fargatewebhook.fargate;

import io.fargatewebhook.fargate.Refusal.Part;
import io.fargatewebhook.pod.Container;
import io.fargatewebhook.pod.Container.ContainerPort;
import io.fargatewebhook.pod.Pod;
import io.fargatewebhook.pod.ResourceRequirements;
import io.fargatewebhook.pod.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Everything about a pod that makes fargate-scheduler refuse it. A new limit is a new entry of {@link #ALL}. */
public final class Limits {
    private static final String GUIDE = "https://docs.aws.amazon.com/eks/latest/userguide/fargate.html";
    private static final String INFERRED = "inferred: Fargate offers nothing of the kind (limits.json)";

    private static final Set<String> RESOURCES =
            Set.of(PodRequests.CPU, PodRequests.MEMORY, PodRequests.EPHEMERAL_STORAGE);

    /** The volume types that pass here; a claim is judged by its own row of the decision. */
    private static final Set<String> VOLUME_TYPES = Set.of(
            "configMap", "secret", "emptyDir", "projected", "downwardAPI", "persistentVolumeClaim", "ephemeral");

    /** Kubernetes' own list: https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls. */
    private static final Set<String> SAFE_SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_wmem");

    static final List<Limit> ALL = List.of(
            limit(
                    "https://github.com/kubernetes-sigs/aws-efs-csi-driver/issues/1179",
                    (pod, found) -> whereTrue(pod.spec().hostNetwork(), found, "hostNetwork", "HostNetwork", "network"),
                    "hostNetwork"),
            limit(
                    "a study note only (limits.json)",
                    (pod, found) -> whereTrue(pod.spec().hostPID(), found, "hostPID", "HostPID", "process IDs"),
                    "hostPID"),
            limit(
                    "a study note only (limits.json)",
                    (pod, found) -> whereTrue(pod.spec().hostIPC(), found, "hostIPC", "HostIPC", "IPC"),
                    "hostIPC"),
            limit(GUIDE, Limits::hostPorts, "hostPort"),
            limit(
                    "https://github.com/kubernetes-sigs/aws-efs-csi-driver/issues/1329",
                    (pod, found) -> eachContainer(pod, (container, path) -> {
                        if (container.securityContext().privileged()) {
                            found.accept(new Refusal(
                                    path + ".securityContext.privileged",
                                    called(container) + " is privileged",
                                    Part.SECURITY_CONTEXT,
                                    "Privileged"));
                        }
                    }),
                    "privileged"),
            limit(
                    "https://github.com/kubernetes/ingress-nginx/issues/4888",
                    (pod, found) -> eachContainer(pod, (container, path) -> {
                        if (container.securityContext().allowPrivilegeEscalation()) {
                            found.accept(new Refusal(
                                    path + ".securityContext.allowPrivilegeEscalation",
                                    called(container) + " allows privilege escalation",
                                    Part.SECURITY_CONTEXT,
                                    "AllowPrivilegeEscalation"));
                        }
                    }),
                    "allowPrivilegeEscalation"),
            limit("https://github.com/aws/aws-app-mesh-roadmap/issues/158", Limits::capabilities, "capabilitiesAdd"),
            limit(
                    "https://github.com/cert-manager/csi-driver/issues/267",
                    Limits::volumeTypes,
                    "hostPath",
                    "csiInline",
                    "otherVolume"),
            limit(
                    "https://github.com/kubernetes-sigs/aws-ebs-csi-driver/pull/496",
                    Limits::nodeSelection,
                    "nodeSelector",
                    "arm64"),
            limit(GUIDE, Limits::windows, "windows"),
            limit(GUIDE, Limits::resources, "gpu"),
            limit("https://github.com/aws/containers-roadmap/issues/967", Limits::sysctls, "sysctls"),
            limit(INFERRED, Limits::resourceClaims, "resourceClaims"),
            limit(INFERRED, Limits::runtimeClass, "runtimeClass"));

    private Limits() {}

    /** All that Fargate refuses in this pod, in the order of the limits; empty where it would run. */
    public static List<Refusal> violatedBy(Pod pod) {
        List<Refusal> found = new ArrayList<>(0);
        for (Limit limit : ALL) {
            limit.check().of(pod, found::add);
        }
        return found;
    }

    private static Limit limit(String source, Limit.Check check, String... entries) {
        return new Limit(List.of(entries), source, check);
    }

    private static void whereTrue(boolean set, Consumer<Refusal> found, String field, String said, String shared) {
        if (set) {
            found.accept(new Refusal("spec." + field, "the pod shares the host's " + shared, Part.FIELDS, said));
        }
    }

    private static void hostPorts(Pod pod, Consumer<Refusal> found) {
        eachContainer(pod, (container, path) -> {
            for (int i = 0; i < container.ports().size(); i++) {
                ContainerPort port = container.ports().get(i);
                if (port.hostPort() != 0 || !port.hostIP().isEmpty()) {
                    boolean byPort = port.hostPort() != 0;
                    found.accept(new Refusal(
                            path + ".ports[" + i + "]." + (byPort ? "hostPort" : "hostIP"),
                            called(container) + " asks for "
                                    + (byPort ? "host port " + port.hostPort() : "host IP " + port.hostIP()),
                            Part.PORT,
                            ""));
                }
            }
        });
    }

    private static void capabilities(Pod pod, Consumer<Refusal> found) {
        eachContainer(pod, (container, path) -> {
            // EKS' own CoreDNS adds NET_BIND_SERVICE and runs on Fargate (limits.json).
            List<String> refused = container.securityContext().capabilities().add().stream()
                    .filter(capability -> !capability.equals("NET_BIND_SERVICE"))
                    .toList();
            if (!refused.isEmpty()) {
                String names = String.join(", ", refused);
                found.accept(new Refusal(
                        path + ".securityContext.capabilities.add",
                        called(container) + " adds capability " + names,
                        Part.SECURITY_CONTEXT,
                        "Capabilities added: " + names));
            }
        });
    }

    private static void volumeTypes(Pod pod, Consumer<Refusal> found) {
        List<Volume> volumes = pod.spec().volumes();
        for (int i = 0; i < volumes.size(); i++) {
            Volume volume = volumes.get(i);
            for (String type : volume.types()) {
                if (!VOLUME_TYPES.contains(type)) {
                    found.accept(new Refusal(
                            "spec.volumes[" + i + "]." + type,
                            "volume \"" + volume.name() + "\" is of type " + type,
                            Part.VOLUMES,
                            volume.name() + " is of an unsupported volume Type"));
                }
            }
        }
    }

    private static void nodeSelection(Pod pod, Consumer<Refusal> found) {
        for (Map.Entry<String, String> label : pod.spec().nodeSelector().entrySet()) {
            if (!FargateNode.canHave(label.getKey(), label.getValue())) {
                found.accept(new Refusal(
                        "spec.nodeSelector[" + label.getKey() + "]",
                        "no Fargate node has label " + label.getKey() + "=" + label.getValue(),
                        Part.NODE_SELECTOR,
                        ""));
            }
        }
        if (!FargateNode.fitsAffinity(pod.spec())) {
            found.accept(new Refusal(
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
                    "no Fargate node fits its node affinity",
                    Part.NODE_SELECTOR,
                    ""));
        }
    }

    private static void windows(Pod pod, Consumer<Refusal> found) {
        String os = pod.spec().os().name();
        if (!os.isEmpty() && !os.equals("linux")) {
            found.accept(new Refusal("spec.os.name", "the pod is for " + os, Part.UNKNOWN, ""));
        }
    }

    private static void resources(Pod pod, Consumer<Refusal> found) {
        resources(pod.spec().resources(), "the pod", "spec", found);
        eachContainer(pod, (container, path) -> resources(container.resources(), called(container), path, found));
    }

    private static void resources(ResourceRequirements asked, String who, String path, Consumer<Refusal> found) {
        for (String resource : asked.names()) {
            if (!RESOURCES.contains(resource)) {
                String list = asked.requests().containsKey(resource) ? "requests" : "limits";
                found.accept(new Refusal(
                        path + ".resources." + list + "[" + resource + "]", who + " asks for " + resource, Part.UNKNOWN, ""));
            }
        }
    }

    private static void sysctls(Pod pod, Consumer<Refusal> found) {
        var sysctls = pod.spec().securityContext().sysctls();
        for (int i = 0; i < sysctls.size(); i++) {
            String name = sysctls.get(i).name();
            if (!SAFE_SYSCTLS.contains(name)) {
                found.accept(new Refusal(
                        "spec.securityContext.sysctls[" + i + "]",
                        "the pod sets the unsafe sysctl " + name,
                        Part.UNKNOWN,
                        ""));
            }
        }
    }

    private static void resourceClaims(Pod pod, Consumer<Refusal> found) {
        if (!pod.spec().resourceClaims().isEmpty()) {
            String name = pod.spec().resourceClaims().get(0).name();
            found.accept(new Refusal(
                    "spec.resourceClaims[0]", "the pod claims device \"" + name + "\"", Part.UNKNOWN, ""));
        }
    }

    private static void runtimeClass(Pod pod, Consumer<Refusal> found) {
        if (!pod.spec().runtimeClassName().isEmpty()) {
            found.accept(new Refusal(
                    "spec.runtimeClassName",
                    "the pod asks for runtime class " + pod.spec().runtimeClassName(),
                    Part.UNKNOWN,
                    ""));
        }
    }

    private interface InContainer {
        void at(Container container, String path);
    }

    private static void eachContainer(Pod pod, InContainer check) {
        each(pod.spec().initContainers(), "spec.initContainers[", check);
        each(pod.spec().containers(), "spec.containers[", check);
    }

    private static void each(List<Container> containers, String list, InContainer check) {
        for (int i = 0; i < containers.size(); i++) {
            check.at(containers.get(i), list + i + "]");
        }
    }

    private static String called(Container container) {
        return "container \"" + container.name() + "\"";
    }
}
