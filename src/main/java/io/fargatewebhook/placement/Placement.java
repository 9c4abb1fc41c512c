package io.fargatewebhook.placement;

import java.util.List;
import java.util.Locale;

/**
 * What is decided for a pod.
 *
 * @param objections what people should know, in the order it was found; more than the reason's own where a setting says to
 *     label all the same
 */
public record Placement(Decision decision, Reason reason, List<Objection> objections) {
    /** For whatever is not a pod being created. */
    public static final Placement NOT_POD_CREATION = skip(Reason.NotPodCreation);

    public enum Decision {
        /** The pod is let in as it is. */
        SKIP,
        /** The pod is let in with the label. */
        LABEL,
        /** The pod is turned away. */
        DENY;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As it stands in settings, metrics and audit annotations. */
        public String word() {
            return word;
        }
    }

    /**
     * Something that speaks against running the pod on Fargate.
     *
     * @param field where it stands in the pod, empty where no single field is to blame
     * @param message what is wrong, in one sentence without a period
     * @param scheduler what fargate-scheduler would say, empty where that is not known
     */
    public record Objection(Reason reason, String field, String message, String scheduler) {
        Objection(Reason reason, String field, String message) {
            this(reason, field, message, "");
        }
    }

    public Placement {
        objections = List.copyOf(objections);
    }

    static Placement skip(Reason reason) {
        return new Placement(Decision.SKIP, reason, List.of());
    }
}
