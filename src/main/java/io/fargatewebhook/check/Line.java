package io.fargatewebhook.check;

import java.util.List;

/**
 * The outcome of one check.
 *
 * @param sentence what was found, and where
 * @param advice what follows from it and what to do next, a sentence each; none where all is well
 * @param docs where more is written, empty where nothing is
 */
public record Line(Status status, String sentence, List<String> advice, String docs) {
    public Line {
        advice = List.copyOf(advice);
    }

    static Line ok(String sentence, String... advice) {
        return new Line(Status.OK, sentence, List.of(advice), "");
    }

    static Line warning(Docs docs, String sentence, String... advice) {
        return new Line(Status.WARNING, sentence, List.of(advice), docs.link());
    }

    static Line failure(Docs docs, String sentence, String... advice) {
        return new Line(Status.FAILURE, sentence, List.of(advice), docs.link());
    }

    /** For what follows from another line. */
    static Line consequence(String sentence, String of) {
        return new Line(Status.FAILURE, sentence, List.of("what is wrong with " + of + " above explains it"), "");
    }

    /** For what the user of the command has no right to see. */
    static Line notSeen(String what, String message, String... advice) {
        return new Line(Status.WARNING, what + " could not be checked: " + message, List.of(advice), Docs.RIGHTS.link());
    }
}
