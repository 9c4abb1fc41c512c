package io.fargatewebhook.check;

import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.ProbePod.Answer;
import io.fargatewebhook.cluster.ProbePod.Created;
import io.fargatewebhook.cluster.ProbePod.NotPermitted;
import io.fargatewebhook.cluster.ProbePod.Refused;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.placement.Placer.Label;
import java.util.Optional;

/**
 * What a dry-run pod tells.
 *
 * @param cannotAnswer whether certificate or Service were found faulty: reason enough for a missing label
 * @param cannotTake whether the configurations were found faulty: reason enough for a label without effect
 */
record ProbeVerdict(Label label, boolean cannotAnswer, boolean cannotTake) {
    /** How our own warnings begin. */
    private static final String OUR_WARNING = "fargate-webhook: ";

    private static final String CERTIFICATE_OR_SERVICE = "the certificate or the Service";

    /** @param selected whether a known profile selects a pod with our label there; empty where profiles are not known */
    Line of(String subject, Answer answer, Optional<Boolean> selected) {
        if (answer instanceof NotPermitted notPermitted) {
            return Line.notSeen(subject + ": a dry-run pod", notPermitted.message());
        }
        if (answer instanceof Refused refused) {
            return refused(subject, refused.message());
        }
        Created pod = (Created) answer;
        boolean taken = pod.schedulerName().equals(Names.FARGATE_SCHEDULER);
        if (label.value().equals(pod.labels().get(label.key()))) {
            return taken ? labeledAndTaken(subject, pod, selected) : notTaken(subject, pod, selected);
        }
        return taken ? takenWithoutLabel(subject, pod) : notLabeled(subject, pod);
    }

    private Line refused(String subject, String message) {
        if (message.contains(Names.LABEL_WEBHOOK)) {
            String sentence = subject + ": no pod can be created: " + message;
            return cannotAnswer
                    ? Line.consequence(sentence, CERTIFICATE_OR_SERVICE)
                    : Line.failure(Docs.FAIL_CLOSED, sentence, "the webhook's own log may say more");
        }
        return Line.warning(
                Docs.NAMESPACES,
                subject + ": could not be checked, since somebody else refuses an ordinary dry-run pod: " + message,
                "pods that are not refused may still get the label");
    }

    private Line labeledAndTaken(String subject, Created pod, Optional<Boolean> selected) {
        String profile = profile(pod);
        if (selected.filter(yes -> !yes).isPresent()) {
            return Line.warning(
                    Docs.SETTINGS,
                    subject + ": a dry-run pod is taken by " + profile + ", which the given profiles do not say",
                    "bring the file up to date: the webhook labels no pod that none of its profiles selects");
        }
        return Line.ok(subject + ": a dry-run pod comes back with schedulerName " + Names.FARGATE_SCHEDULER + ", " + profile);
    }

    private Line notTaken(String subject, Created pod, Optional<Boolean> selected) {
        String sentence = subject + ": a dry-run pod gets the label " + label.key() + "=" + label.value() + ", yet EKS does not"
                + " take it (schedulerName " + pod.schedulerName() + ")";
        if (cannotTake) {
            return Line.consequence(sentence, "the configuration");
        }
        String selects = "pods of this namespace with label " + label.key() + "=" + label.value();
        if (selected.filter(yes -> !yes).isPresent()) {
            return Line.failure(
                    Docs.INSTALL, sentence, "none of the given profiles selects " + selects + ": make one that does");
        }
        return Line.failure(
                Docs.INSTALL,
                sentence,
                "no Fargate profile selects " + selects + ", or it is not ACTIVE yet: aws eks describe-fargate-profile",
                "a profile cannot be changed: make one that selects them");
    }

    private Line takenWithoutLabel(String subject, Created pod) {
        return Line.warning(
                Docs.NAMESPACES,
                subject + ": a dry-run pod comes back without the label " + label.key() + "=" + label.value()
                        + ", and is taken by " + profile(pod) + " all the same",
                "that profile asks for another label or for none; has the webhook another FARGATE_LABEL_KEY or _VALUE?");
    }

    private Line notLabeled(String subject, Created pod) {
        String wanted = label.key() + "=" + label.value();
        Optional<String> ours = pod.warnings().stream().filter(text -> text.startsWith(OUR_WARNING)).findFirst();
        if (ours.isPresent()) {
            return Line.failure(
                    Docs.SETTINGS,
                    subject + ": the webhook leaves an ordinary dry-run pod alone: "
                            + ours.get().substring(OUR_WARNING.length()));
        }
        if (pod.labels().containsKey(label.key())) {
            return Line.failure(
                    Docs.OTHER_WEBHOOKS,
                    subject + ": a dry-run pod comes back with " + label.key() + "=" + pod.labels().get(label.key())
                            + ", which opts it out",
                    "another webhook or a policy sets it");
        }
        String sentence = subject + ": a dry-run pod comes back without the label " + wanted + ": the webhook was not called, or"
                + " did not answer";
        return cannotAnswer
                ? Line.consequence(sentence, CERTIFICATE_OR_SERVICE)
                : Line.failure(
                        Docs.NETWORK,
                        sentence,
                        "usually the control plane cannot reach port 8443 of the pods, or the pods serve another certificate",
                        "the API server's log says which: \"failing open label.fargate-webhook.io\"");
    }

    private static String profile(Created pod) {
        return "profile " + pod.labels().getOrDefault(Profiles.PROFILE_LABEL, "(unknown)");
    }
}
