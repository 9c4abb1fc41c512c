package io.fargatewebhook.fargate;

import io.fargatewebhook.pod.Pod;
import java.util.List;
import java.util.function.Consumer;

/**
 * One rule about what Fargate refuses.
 *
 * @param entries the entries of limits.json that it covers
 * @param source the page or report that says so
 * @param check hands on every violation it finds in a pod
 */
record Limit(List<String> entries, String source, Check check) {

    interface Check {
        void of(Pod pod, Consumer<Refusal> found);
    }
}
