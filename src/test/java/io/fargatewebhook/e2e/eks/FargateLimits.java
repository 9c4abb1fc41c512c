package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What fargate-scheduler refuses, in its words where somebody reported them. A pod it refuses stays Pending.
 *
 * <p>The parts of a message are joined as efs-csi-driver#589 shows: {@code Pod not supported on Fargate: fields not supported:
 * HostNetwork, invalid SecurityContext fields: Privileged, port contains HostIP or HostPort}. Where no message was found
 * (marked "wording assumed"), the field stands among "fields not supported".
 */
final class FargateLimits {

    /** Why a pod is refused: the message of the event, and the reason of the condition PodScheduled. */
    record Refusal(String reason, String message) {}

    /** Looks up a PersistentVolumeClaim as fargate-scheduler sees it. */
    interface Claims {
        /** What is wrong with a claim, in fargate-scheduler's words; empty where it is bound to an EFS volume. */
        Optional<String> problem(String namespace, String claim);
    }

    /** Reported in containers-roadmap#1976 and others as {@code [POD_UNSUPPORTED_ON_FARGATE]}. */
    private static final String UNSUPPORTED = "POD_UNSUPPORTED_ON_FARGATE";

    /** UG fargate.adoc: neither GPU nor anything else that is not CPU, memory or disk. */
    private static final Set<String> RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");

    /** UG fargate-pod-configuration.adoc. */
    private static final BigDecimal MOST_DISK = Quantity.getAmountInBytes(new Quantity("175Gi"));

    /** Kubernetes' safe sysctls: kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster. */
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

    private final Claims claims;

    FargateLimits(Claims claims) {
        this.claims = claims;
    }

    /** Why Fargate refuses the pod; empty where it runs it on a node with one of the label sets. */
    Optional<Refusal> refusal(Pod pod, List<Map<String, String>> nodeLabels) {
        var parts = new ArrayList<String>();
        add(parts, "fields not supported: ", ", ", fields(pod));
        add(parts, "invalid SecurityContext fields: ", ",", securityContext(pod));
        if (containers(pod).flatMap(container -> container.getPorts().stream())
                .anyMatch(port -> port.getHostPort() != null && port.getHostPort() != 0
                        || port.getHostIP() != null && !port.getHostIP().isEmpty())) {
            // eks-efs-share-within-fargate#5
            parts.add("port contains HostIP or HostPort");
        }
        add(parts, "volumes not supported: ", ", ", volumes(pod));
        if (!parts.isEmpty()) {
            return Optional.of(new Refusal(UNSUPPORTED, "Pod not supported on Fargate: " + String.join(", ", parts)));
        }
        if (nodeLabels.stream().noneMatch(labels -> runsOn(pod, labels))) {
            // aws-ebs-csi-driver#496
            return Optional.of(new Refusal(UNSUPPORTED, "MatchNodeSelector failed: Fargate profile "
                    + pod.getMetadata().getLabels().get(FargateProfile.LABEL)
                    + " cannot satisfy pod's node selector/affinity requirements"));
        }
        if (FargateSize.of(pod).isEmpty() || FargateSize.requested(pod, "ephemeral-storage").compareTo(MOST_DISK) > 0) {
            // eks-distro-prow-jobs#11; for too much disk the wording is assumed.
            return Optional.of(new Refusal("POD_CPU_MEM_EXCEEDS_MAX_FARGATE_SIZE",
                    "Your pod's cpu/memory requirements exceed the max Fargate configuration"));
        }
        return Optional.empty();
    }

    /**
     * Whether a Fargate node with these labels satisfies the pod. A negative expression does not keep a pod off
     * (aws-efs-csi-driver#1068: {@code compute-type NotIn [fargate]} had no effect).
     */
    static boolean runsOn(Pod pod, Map<String, String> labels) {
        return new NodeRequirements(pod).accept("", labels, FargateLimits::isPositive);
    }

    private static boolean isPositive(NodeSelectorRequirement expression) {
        return !expression.getOperator().equals("NotIn") && !expression.getOperator().equals("DoesNotExist");
    }

    private static Set<String> fields(Pod pod) {
        var spec = pod.getSpec();
        var fields = new LinkedHashSet<String>();
        // UG fargate.adoc, aws-efs-csi-driver#1179
        if (Boolean.TRUE.equals(spec.getHostNetwork())) {
            fields.add("HostNetwork");
        }
        // Weakly sourced, wording assumed.
        if (Boolean.TRUE.equals(spec.getHostPID())) {
            fields.add("HostPID");
        }
        if (Boolean.TRUE.equals(spec.getHostIPC())) {
            fields.add("HostIPC");
        }
        // Nothing of the kind on Fargate, wording assumed.
        if (spec.getRuntimeClassName() != null) {
            fields.add("RuntimeClassName");
        }
        if (!spec.getResourceClaims().isEmpty()) {
            fields.add("ResourceClaims");
        }
        // UG fargate.adoc (no Windows), wording assumed.
        if (spec.getOs() != null && "windows".equals(spec.getOs().getName())) {
            fields.add("OS");
        }
        // containers-roadmap#967, wording assumed.
        if (spec.getSecurityContext() != null && spec.getSecurityContext().getSysctls().stream()
                .anyMatch(sysctl -> !SAFE_SYSCTLS.contains(sysctl.getName()))) {
            fields.add("Sysctls");
        }
        // UG fargate.adoc (no GPU), wording assumed.
        Stream.concat(Stream.of(Optional.ofNullable(spec.getResources())),
                        containers(pod).map(container -> Optional.ofNullable(container.getResources())))
                .flatMap(Optional::stream)
                .flatMap(resources -> Stream.of(resources.getRequests(), resources.getLimits()))
                .filter(Objects::nonNull)
                .flatMap(amounts -> amounts.keySet().stream())
                .filter(resource -> !RESOURCES.contains(resource))
                .forEach(resource -> fields.add("Resources " + resource));
        return fields;
    }

    private static List<String> securityContext(Pod pod) {
        return containers(pod)
                .map(Container::getSecurityContext)
                .filter(Objects::nonNull)
                .flatMap(FargateLimits::invalid)
                .toList();
    }

    private static Stream<String> invalid(SecurityContext context) {
        var fields = new ArrayList<String>();
        // UG fargate.adoc, aws-efs-csi-driver#1329: once for each container
        if (Boolean.TRUE.equals(context.getPrivileged())) {
            fields.add("Privileged");
        }
        // ingress-nginx#4888
        if (Boolean.TRUE.equals(context.getAllowPrivilegeEscalation())) {
            fields.add("AllowPrivilegeEscalation");
        }
        // aws-app-mesh-roadmap#158. EKS' own CoreDNS adds NET_BIND_SERVICE and runs on Fargate.
        if (context.getCapabilities() != null) {
            var added = context.getCapabilities().getAdd().stream()
                    .filter(capability -> !capability.equals("NET_BIND_SERVICE"))
                    .collect(Collectors.joining(","));
            if (!added.isEmpty()) {
                fields.add("Capabilities added: " + added);
            }
        }
        return fields.stream();
    }

    private List<String> volumes(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .flatMap(volume -> problem(pod, volume).map(text -> volume.getName() + " " + text).stream())
                .toList();
    }

    private Optional<String> problem(Pod pod, Volume volume) {
        if (volume.getConfigMap() != null
                || volume.getSecret() != null
                || volume.getEmptyDir() != null
                || volume.getProjected() != null
                || volume.getDownwardAPI() != null) {
            return Optional.empty();
        }
        // A generic ephemeral volume's claim is named after pod and volume.
        var claim = volume.getPersistentVolumeClaim() != null
                ? volume.getPersistentVolumeClaim().getClaimName()
                : volume.getEphemeral() != null ? pod.getMetadata().getName() + "-" + volume.getName() : null;
        if (claim == null) {
            // kube-s3#14 (hostPath), cert-manager/csi-driver#267 (csi)
            return Optional.of("is of an unsupported volume Type");
        }
        return claims.problem(pod.getMetadata().getNamespace(), claim).map(problem -> "not supported because: " + problem);
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    private static void add(List<String> parts, String intro, String separator, Collection<String> found) {
        if (!found.isEmpty()) {
            parts.add(intro + String.join(separator, found));
        }
    }
}
