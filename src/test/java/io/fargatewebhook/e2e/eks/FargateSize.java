package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The virtual machine that Fargate makes for a pod. Source: UG fargate-pod-configuration.adoc.
 *
 * <p>GB there means GiB: a request of 256 MiB and the 256 MiB that Fargate adds gave exactly 0.5GB (LAB, 2022).
 */
record FargateSize(int milliCpu, int mebibytes) {

    /** For the kubelet, kube-proxy and containerd, which share the machine with the pod. */
    private static final BigDecimal OVERHEAD_MIB = BigDecimal.valueOf(256);
    private static final BigDecimal MIB = BigDecimal.valueOf(1024L * 1024);

    /** One row of the documented table: a CPU and the memory it can have. */
    private record Row(int milliCpu, List<Integer> mebibytes) {

        static Row of(int milliCpu, int minGib, int maxGib, int stepGib) {
            return new Row(milliCpu, IntStream.iterate(minGib, gib -> gib <= maxGib, gib -> gib + stepGib)
                    .mapToObj(gib -> gib * 1024)
                    .toList());
        }
    }

    private static final List<Row> TABLE = List.of(
            new Row(250, List.of(512, 1024, 2048)),
            Row.of(500, 1, 4, 1),
            Row.of(1000, 2, 8, 1),
            Row.of(2000, 4, 16, 1),
            Row.of(4000, 8, 30, 1),
            Row.of(8000, 16, 60, 4),
            Row.of(16000, 32, 120, 8));

    /** The smallest size that holds the pod; empty where there is none. */
    static Optional<FargateSize> of(Pod pod) {
        var cpu = requested(pod, "cpu").movePointRight(3);
        var mebibytes = requested(pod, "memory").divide(MIB, 3, RoundingMode.CEILING).add(OVERHEAD_MIB);
        return TABLE.stream()
                .filter(row -> cpu.compareTo(BigDecimal.valueOf(row.milliCpu())) <= 0)
                .flatMap(row -> row.mebibytes().stream().map(memoryOfRow -> new FargateSize(row.milliCpu(), memoryOfRow)))
                .filter(size -> mebibytes.compareTo(BigDecimal.valueOf(size.mebibytes())) <= 0)
                .findFirst();
    }

    /** What a pod asks of one resource: the sum of its long-running containers, or one init container where that is more. */
    static BigDecimal requested(Pod pod, String resource) {
        var spec = pod.getSpec();
        // Not in AWS' documents: requests of the whole pod win over those of its containers, as in kube-scheduler.
        var ofPod = amount(spec.getResources(), resource);
        if (ofPod.signum() > 0) {
            return ofPod;
        }
        // Not in AWS' documents: a native sidecar runs beside everything that starts after it, as in kube-scheduler.
        var sidecars = BigDecimal.ZERO;
        var starting = BigDecimal.ZERO;
        for (var init : spec.getInitContainers()) {
            var needs = amount(init.getResources(), resource);
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars = sidecars.add(needs);
            } else {
                starting = starting.max(sidecars.add(needs));
            }
        }
        var running = spec.getContainers().stream()
                .map(container -> amount(container.getResources(), resource))
                .reduce(sidecars, BigDecimal::add);
        return running.max(starting);
    }

    private static BigDecimal amount(ResourceRequirements resources, String resource) {
        if (resources == null || resources.getRequests() == null || !resources.getRequests().containsKey(resource)) {
            return BigDecimal.ZERO;
        }
        return resources.getRequests().get(resource).getNumericalAmount();
    }

    /** As the annotation {@code CapacityProvisioned} says it, for example {@code 0.25vCPU 0.5GB}. */
    @Override
    public String toString() {
        return decimal(milliCpu, 1000) + "vCPU " + decimal(mebibytes, 1024) + "GB";
    }

    private static String decimal(int value, int unit) {
        return BigDecimal.valueOf(value).divide(BigDecimal.valueOf(unit)).stripTrailingZeros().toPlainString();
    }
}
