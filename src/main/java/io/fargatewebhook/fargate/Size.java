package io.fargatewebhook.fargate;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A size in which Fargate runs pods.
 *
 * <p>AWS writes GB; 1 GB holds 1024 MiB (a pod of 256 Mi and its overhead of 256 MiB was given 0.5 GB).
 *
 * @see <a href="https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html">Fargate Pod
 *     configuration</a>
 */
public record Size(int milliCpu, int memoryMib) {
    /** What Fargate adds to the memory of each pod for kubelet, kube-proxy and containerd. */
    public static final int OVERHEAD_MIB = 256;

    /** The most ephemeral storage that a pod can have, in GiB. */
    public static final int MAX_EPHEMERAL_STORAGE_GIB = 175;

    private static final BigDecimal MIB = BigDecimal.valueOf(1L << 20);
    private static final BigDecimal MAX_EPHEMERAL_STORAGE = BigDecimal.valueOf((long) MAX_EPHEMERAL_STORAGE_GIB << 30);

    /** All sizes, smallest first: by vCPU, then by memory. */
    static final List<Size> ALL = Stream.of(
                    IntStream.of(512, 1024, 2048).mapToObj(mib -> new Size(250, mib)),
                    gigabytes(500, 1, 4, 1),
                    gigabytes(1000, 2, 8, 1),
                    gigabytes(2000, 4, 16, 1),
                    gigabytes(4000, 8, 30, 1),
                    gigabytes(8000, 16, 60, 4),
                    gigabytes(16000, 32, 120, 8))
            .flatMap(sizes -> sizes)
            .toList();

    private static Stream<Size> gigabytes(int milliCpu, int min, int max, int step) {
        return IntStream.iterate(min, gb -> gb <= max, gb -> gb + step).mapToObj(gb -> new Size(milliCpu, gb * 1024));
    }

    /** The smallest size that holds these requests and Fargate's overhead; empty where none does. */
    public static Optional<Size> holding(PodRequests requests) {
        if (requests.ephemeralStorage().compareTo(MAX_EPHEMERAL_STORAGE) > 0) {
            return Optional.empty();
        }
        BigDecimal milliCpu = requests.cpu().movePointRight(3);
        BigDecimal memory = requests.memory().add(MIB.multiply(BigDecimal.valueOf(OVERHEAD_MIB)));
        return ALL.stream()
                .filter(size -> milliCpu.compareTo(BigDecimal.valueOf(size.milliCpu)) <= 0
                        && memory.compareTo(MIB.multiply(BigDecimal.valueOf(size.memoryMib))) <= 0)
                .findFirst();
    }

    /** Such as {@code 0.25}. */
    public String vCpu() {
        return plain(milliCpu, 1000);
    }

    /** Such as {@code 0.5}. */
    public String gb() {
        return plain(memoryMib, 1024);
    }

    /** As Fargate writes it into the annotation {@code CapacityProvisioned}: {@code 0.25vCPU 0.5GB}. */
    @Override
    public String toString() {
        return vCpu() + "vCPU " + gb() + "GB";
    }

    private static String plain(int amount, int unit) {
        return BigDecimal.valueOf(amount)
                .divide(BigDecimal.valueOf(unit))
                .stripTrailingZeros()
                .toPlainString();
    }
}
