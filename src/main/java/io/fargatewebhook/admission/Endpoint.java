package io.fargatewebhook.admission;

import java.util.Locale;

/** The paths to which reviews are posted. */
enum Endpoint {
    MUTATE,
    REPORT,
    ADVISE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As it stands in the path, in metrics and logs. */
    String word() {
        return word;
    }
}
