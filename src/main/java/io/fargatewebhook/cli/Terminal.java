package io.fargatewebhook.cli;

import java.nio.charset.Charset;

/** What the reader's terminal can show. */
final class Terminal {
    private Terminal() {}

    /** Whether it knows this character: one of locale C, such as that of a container, knows ASCII alone. */
    static boolean canShow(char character) {
        // The first since Java 19, the second before.
        String encoding = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        return encoding != null && Charset.forName(encoding).newEncoder().canEncode(character);
    }
}
