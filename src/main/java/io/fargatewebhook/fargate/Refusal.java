package io.fargatewebhook.fargate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One thing about a pod that Fargate refuses.
 *
 * @param field where it stands, such as {@code spec.containers[0].securityContext.privileged}
 * @param what it is, in words that complete "the pod stays on EC2:"
 * @param part the kind of sentence in which fargate-scheduler says it
 * @param detail what that sentence names, empty where it names nothing
 */
public record Refusal(String field, String what, Part part, String detail) {

    /** The sentences of fargate-scheduler's event FailedScheduling (limits.json, {@code message_grammar}), in its order. */
    public enum Part {
        FIELDS("fields not supported: ", ", "),
        SECURITY_CONTEXT("invalid SecurityContext fields: ", ","),
        PORT("port contains HostIP or HostPort", ""),
        VOLUMES("volumes not supported: ", ", "),
        /** A sentence of its own, which names a profile that is not known here. */
        NODE_SELECTOR("MatchNodeSelector failed: a Fargate profile cannot satisfy pod's node selector/affinity requirements", ""),
        /** Documented as unsupported, or inferred to be, but nobody has published what the scheduler says. */
        UNKNOWN("", "");

        private final String opening;
        private final String separator;

        Part(String opening, String separator) {
            this.opening = opening;
            this.separator = separator;
        }

        private String sentence(List<Refusal> refusals) {
            return opening + refusals.stream().map(Refusal::detail).collect(Collectors.joining(separator));
        }
    }

    /** What fargate-scheduler would say of a pod that it refuses for all these; empty where that is not known. */
    public static String schedulerMessage(List<Refusal> refusals) {
        List<String> sentences = new ArrayList<>();
        for (Part part : List.of(Part.FIELDS, Part.SECURITY_CONTEXT, Part.PORT, Part.VOLUMES)) {
            sentence(part, refusals).ifPresent(sentences::add);
        }
        return sentences.isEmpty()
                ? sentence(Part.NODE_SELECTOR, refusals).orElse("")
                : "Pod not supported on Fargate: " + String.join(", ", sentences);
    }

    private static Optional<String> sentence(Part part, List<Refusal> refusals) {
        List<Refusal> ofPart =
                refusals.stream().filter(refusal -> refusal.part == part).toList();
        return ofPart.isEmpty() ? Optional.empty() : Optional.of(part.sentence(ofPart));
    }
}
