package io.fargatewebhook.fargate;

import io.fargatewebhook.pod.Container;
import io.fargatewebhook.pod.Pod;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What Fargate does otherwise than a node would, with a pod that it runs all the same. */
public final class Hints {
    private Hints() {}

    /** One sentence for each, without a period; empty for most pods. */
    public static List<String> of(Pod pod) {
        List<String> hints = new ArrayList<>();
        // limits.json, limitsAboveRequests
        Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .flatMap(container -> limitsAboveRequests(container).stream())
                .forEach(hints::add);
        // limits.json, topologySpread: https://github.com/aws/containers-roadmap/issues/824
        if (!pod.spec().topologySpreadConstraints().isEmpty()) {
            hints.add("topologySpreadConstraints are ignored: Fargate gives each pod a node of its own, in any of the profile's subnets");
        }
        return hints;
    }

    private static List<String> limitsAboveRequests(Container container) {
        List<String> above = container.resources().requests().entrySet().stream()
                .filter(request -> isBelow(request.getValue(), container.resources().limits().get(request.getKey())))
                .map(request -> request.getKey())
                .sorted()
                .toList();
        return above.isEmpty()
                ? List.of()
                : List.of("container \"" + container.name() + "\" has limits above its requests (" + String.join(", ", above)
                        + "): Fargate sizes the pod by its requests, and asks for limits that equal them");
    }

    private static boolean isBelow(BigDecimal request, BigDecimal limit) {
        return limit != null && request.compareTo(limit) < 0;
    }
}
