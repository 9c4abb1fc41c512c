package io.fargatewebhook.advice;

import io.fargatewebhook.fargate.Hints;
import io.fargatewebhook.fargate.PodRequests;
import io.fargatewebhook.fargate.Size;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Reason;
import io.fargatewebhook.pod.Pod;
import io.fargatewebhook.pod.Workload;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what will happen to a workload's pods, because a controller never shows its pods' warnings to anyone.
 *
 * @param placer decides for its pods
 * @param size whether to say the Fargate size of pods that fit
 */
public record Advisor(Placer placer, boolean size) {

    /** The advice for a workload that is created or changed in this namespace. */
    public Advice advise(String namespace, Workload workload) {
        return workload.pod()
                .map(pod -> advise(namespace, "pods of " + workload.displayName(), pod))
                .orElse(Advice.NONE);
    }

    private Advice advise(String namespace, String pods, Pod pod) {
        Placement placement = placer.place(namespace, pod);
        return new Advice(placement, sentences(namespace, pods, pod, placement));
    }

    private List<String> sentences(String namespace, String pods, Pod pod, Placement placement) {
        if (placement.reason() == Reason.AlreadyLabelled) {
            // Their owner's own label brings them to Fargate, fit or not.
            Placement unlabelled = placer.place(namespace, pod.withoutLabel(placer.label().key()));
            return unlabelled.decision() == Decision.LABEL
                    ? onFargate(pods, pod, unlabelled)
                    : objections(
                            pods + " have label " + placer.label().key() + "=" + placer.label().value()
                                    + ", but Fargate may leave them Pending",
                            unlabelled,
                            pod);
        }
        return switch (placement.decision()) {
            case SKIP -> objections(pods + " will stay on EC2", placement, pod);
            case DENY -> objections(pods + " are refused in a namespace labeled fargate=yes", placement, pod);
            case LABEL -> onFargate(pods, pod, placement);
        };
    }

    private List<String> onFargate(String pods, Pod pod, Placement placement) {
        List<String> sentences =
                new ArrayList<>(objections("Fargate may leave " + pods + " Pending", placement, pod));
        Hints.of(pod).forEach(hint -> sentences.add(pods + ": " + hint));
        PodRequests requests = PodRequests.of(pod);
        if (size) {
            Size.holding(requests).ifPresent(held -> sentences.add(pods + " fit Fargate size " + held.vCpu() + " vCPU, "
                    + held.gb() + " GB each (" + requested(requests) + " + " + Size.OVERHEAD_MIB + "Mi overhead)"));
        }
        return sentences;
    }

    private static String requested(PodRequests requests) {
        return requests.cpu().signum() == 0 && requests.memory().signum() == 0
                ? "no requests"
                : "requests " + milliCpu(requests.cpu()) + ", " + mebibytes(requests.memory());
    }

    private static List<String> objections(String what, Placement placement, Pod pod) {
        String suffix = " (" + placement.reason() + ")";
        return switch (placement.reason()) {
            case DaemonSet -> List.of(what + ": Fargate runs no DaemonSets" + suffix);
            case NodeAssigned -> List.of(what + ": spec.nodeName is " + pod.spec().nodeName() + suffix);
            case OtherScheduler -> List.of(what + ": spec.schedulerName is " + pod.spec().schedulerName() + suffix);
            default -> placement.objections().stream()
                    .map(objection -> what + ": " + objection.message() + " (" + objection.reason() + ")")
                    .toList();
        };
    }

    private static String milliCpu(BigDecimal cores) {
        return cores.movePointRight(3).setScale(0, RoundingMode.UP).toPlainString() + "m";
    }

    private static String mebibytes(BigDecimal bytes) {
        return bytes.divide(BigDecimal.valueOf(1L << 20), 0, RoundingMode.UP).toPlainString() + "Mi";
    }
}
