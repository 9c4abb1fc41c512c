package io.fargatewebhook.audit;

import static io.fargatewebhook.audit.State.BeforeOptIn;
import static io.fargatewebhook.audit.State.Fargate;
import static io.fargatewebhook.audit.State.LeftAlone;
import static io.fargatewebhook.audit.State.Missed;
import static io.fargatewebhook.audit.State.NotTaken;
import static io.fargatewebhook.audit.State.Refused;
import static io.fargatewebhook.audit.State.ReportOnly;
import static io.fargatewebhook.audit.State.Waiting;

import io.fargatewebhook.audit.Finding.Cause;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placement.Objection;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Reason;
import io.fargatewebhook.pod.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says of a pod what became of it and why, by the webhook's own decision on the pod as it was created. Pure.
 *
 * @param placer the webhook's decision
 * @param order how our webhook and EKS' own are set up now
 * @param now the time of the audit
 */
record Classifier(Placer placer, Order order, Instant now) {
    /** So long a pod without a node is no finding: its scheduler has hardly seen it. */
    private static final Duration JUST_CREATED = Duration.ofSeconds(10);

    /** Fargate takes about a minute; and what it said an hour ago, nobody can read any more. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** Reasons for which EKS leaves a pod alone as well, labelled or not. */
    private static final Set<Reason> EKS_LEAVES_ALONE = EnumSet.of(
            Reason.NamespaceExcluded, Reason.MirrorPod, Reason.OptedOut, Reason.NodeAssigned, Reason.OtherScheduler, Reason.DaemonSet);

    /** @param refusal what fargate-scheduler said of it, asked only of a pod that it has to schedule */
    Finding classify(OptIn optIn, AuditedPod pod, Refusals refusals) {
        if (pod.isTaken()) {
            return pod.isBound() ? onFargate(pod) : scheduling(optIn, pod, refusals);
        }
        if (!pod.isBound() && pod.gated()) {
            return Finding.of(Waiting, Cause.Gated, "");
        }
        if (!pod.isBound() && now.isBefore(pod.created().plus(JUST_CREATED))) {
            return Finding.of(Waiting, Cause.Scheduling, "");
        }
        return hasLabel(pod.pod()) ? labelled(optIn, pod) : unlabelled(optIn, pod);
    }

    private Finding onFargate(AuditedPod pod) {
        if (!hasLabel(pod.pod())) {
            return Finding.of(Fargate, Cause.OtherProfile, "");
        }
        return Finding.of(Fargate, hasLabel(pod.asCreated()) ? Reason.AlreadyLabelled : Reason.Labelled, "");
    }

    private Finding scheduling(OptIn optIn, AuditedPod pod, Refusals refusals) {
        Optional<String> refusal = refusals.of(pod);
        if (refusal.isEmpty()) {
            return silent(pod);
        }
        return injected(optIn, pod)
                .map(what -> Finding.of(Refused, Cause.Injected, what + "; fargate-scheduler says: " + refusal.get()))
                .orElseGet(() -> Finding.of(Refused, Cause.FailedScheduling, "fargate-scheduler says: " + refusal.get()));
    }

    /** Of a pod that fargate-scheduler has, and of which it says nothing. */
    private Finding silent(AuditedPod pod) {
        if (pod.gated()) {
            return Finding.of(Waiting, Cause.Gated, "");
        }
        return now.isBefore(pod.created().plus(PATIENCE))
                ? Finding.of(Waiting, Cause.Scheduling, "")
                : Finding.of(
                        Refused, Cause.NoNode, "fargate-scheduler has given it no node for " + PATIENCE.toMinutes()
                                + " minutes, and says nothing: is there capacity, a free address in the profile's subnets, a vCPU"
                                + " quota?");
    }

    private Finding labelled(OptIn optIn, AuditedPod pod) {
        Placement placement = placer.place(optIn.namespace(), withoutLabel(pod.asCreated()));
        if (EKS_LEAVES_ALONE.contains(placement.reason())) {
            return Finding.of(LeftAlone, placement.reason(), "");
        }
        if (pod.labelsSince().contains(placer.label().key())) {
            return mayBeElsewhere(optIn, pod)
                    .map(state -> Finding.of(state, Cause.LabelledLater, ""))
                    .orElseGet(() -> Finding.of(
                            Missed, Cause.LabelledLater, "it got its label after it was created, when EKS had already looked"));
        }
        if (placement.reason() == Reason.NoProfile) {
            return Finding.of(NotTaken, Reason.NoProfile, messages(placement));
        }
        // Its owner's own label was there before any webhook was called.
        return hasLabel(pod.asCreated()) ? new Order(Optional.empty(), order.eks()).notTaken() : order.notTaken();
    }

    /** Why nobody need expect the pod on Fargate. */
    private static Optional<State> mayBeElsewhere(OptIn optIn, AuditedPod pod) {
        if (!optIn.labels()) {
            return Optional.of(ReportOnly);
        }
        return pod.created().isBefore(optIn.since()) ? Optional.of(BeforeOptIn) : Optional.empty();
    }

    private Finding unlabelled(OptIn optIn, AuditedPod pod) {
        Placement placement = placer.place(optIn.namespace(), pod.asCreated());
        if (placement.decision() != Decision.LABEL) {
            return Finding.of(LeftAlone, placement.reason(), messages(placement));
        }
        Optional<State> elsewhere = mayBeElsewhere(optIn, pod);
        if (elsewhere.isPresent()) {
            return Finding.of(elsewhere.get(), placement.reason(), "");
        }
        return injected(optIn, pod)
                .map(what -> Finding.of(Missed, Cause.Injected, what))
                .orElseGet(() -> Finding.of(
                        Missed,
                        Cause.NotLabelled,
                        "created without label " + placer.label().key() + "=" + placer.label().value()
                                + ": the webhook was not called, or did not answer"));
    }

    /** What another webhook has added since that speaks against Fargate, where nothing else does. */
    private Optional<String> injected(OptIn optIn, AuditedPod pod) {
        Placement asCreated = placer.place(optIn.namespace(), withoutLabel(pod.asCreated()));
        Placement now = placer.place(optIn.namespace(), withoutLabel(pod.asInjected()));
        return asCreated.decision() == Decision.LABEL && now.decision() != Decision.LABEL
                ? Optional.of("another webhook added what Fargate does not run: " + messages(now))
                : Optional.empty();
    }

    private boolean hasLabel(Pod pod) {
        return placer.label().value().equals(pod.metadata().labels().get(placer.label().key()));
    }

    private Pod withoutLabel(Pod pod) {
        return hasLabel(pod) ? pod.withoutLabel(placer.label().key()) : pod;
    }

    private static String messages(Placement placement) {
        return placement.objections().stream().map(Objection::message).collect(Collectors.joining("; "));
    }
}
