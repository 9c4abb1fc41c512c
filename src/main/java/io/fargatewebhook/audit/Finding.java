package io.fargatewebhook.audit;

import io.fargatewebhook.placement.Reason;

/**
 * What the audit says of one pod.
 *
 * @param cause why, in a word: one of the decision's reasons, or of the words of {@link Cause}
 * @param message one sentence without a period; empty where the words say it all
 */
public record Finding(State state, String cause, String message) {

    /** Why a pod is where it is, where the decision has no word for it. */
    enum Cause {
        /** Its owner's own profile took it, without our label. */
        OtherProfile,
        /** It has not been scheduled yet. */
        Scheduling,
        /** A scheduling gate holds it back. */
        Gated,
        /** The webhook was not called for it, or did not answer. */
        NotLabelled,
        /** The label came after it was created, when EKS had already looked. */
        LabelledLater,
        /** Another webhook added something to it that Fargate does not run. */
        Injected,
        /** Our configuration is called after EKS' own. */
        WrongOrder,
        /** fargate-scheduler said no. */
        FailedScheduling,
        /** fargate-scheduler says nothing, and has had time enough. */
        NoNode
    }

    static Finding of(State state, Cause cause, String message) {
        return new Finding(state, cause.name(), message);
    }

    static Finding of(State state, Reason reason, String message) {
        return new Finding(state, reason.name(), message);
    }
}
