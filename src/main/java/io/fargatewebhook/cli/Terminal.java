package io.fargatewebhook.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What the reader's terminal can show, and how a command speaks there. */
final class Terminal {
    private Terminal() {}

    /** Whether it knows this character: one of locale C, such as that of a container, knows ASCII alone. */
    static boolean canShow(char character) {
        // The first since Java 19, the second before.
        String encoding = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        return encoding != null && Charset.forName(encoding).newEncoder().canEncode(character);
    }

    /**
     * Prints a sentence at once, whole even where several threads speak.
     *
     * @param stays whether the command stays and goes on, so that its lines are a log and carry the time
     */
    static synchronized void say(PrintWriter out, boolean stays, String sentence) {
        out.println(stays ? Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + sentence : sentence);
        out.flush();
    }
}
