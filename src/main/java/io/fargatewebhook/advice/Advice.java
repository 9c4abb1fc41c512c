package io.fargatewebhook.advice;

import io.fargatewebhook.placement.Placement;
import java.util.List;

/**
 * @param placement what would be decided for a pod of the workload
 * @param sentences for people, without a period, most important first
 */
public record Advice(Placement placement, List<String> sentences) {
    /** For whatever makes no pods. */
    public static final Advice NONE = new Advice(Placement.NOT_POD_CREATION, List.of());

    public Advice {
        sentences = List.copyOf(sentences);
    }
}
