package io.fargatewebhook.check;

import java.util.Locale;

/** How a check ended. */
public enum Status {
    OK,
    /** Something may be wrong, or could not be looked at. */
    WARNING,
    /** Pods are missed, or will be. */
    FAILURE;

    /** As it stands in the output. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
