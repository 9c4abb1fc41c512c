package io.fargatewebhook.check;

import io.fargatewebhook.cluster.Names;
import java.util.Locale;
import java.util.Set;

/** What the value of a namespace's label {@code fargate} means. */
enum NamespaceLabel {
    YES,
    REPORT,
    /** Not one of ours, but nobody would take it for one either. */
    NO,
    /** Not one of ours, and probably meant to be. */
    SLIP;

    private static final Set<String> NOES = Set.of("no", "false", "off", "disabled", "never", "none");

    static NamespaceLabel of(String value) {
        if (value.equals(Names.YES)) {
            return YES;
        }
        if (value.equals(Names.REPORT)) {
            return REPORT;
        }
        return NOES.contains(value.toLowerCase(Locale.ROOT)) ? NO : SLIP;
    }

    /** The value that was probably meant. */
    static String meant(String slip) {
        return slip.toLowerCase(Locale.ROOT).startsWith("re") ? Names.REPORT : Names.YES;
    }
}
