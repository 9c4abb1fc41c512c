package io.fargatewebhook.fargate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.Pods;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodRequestsTest {
    private static final String C = "{name: c, resources: {requests: {cpu: %s}}}";
    private static final String SIDECAR = "{name: s, restartPolicy: Always, resources: {requests: {cpu: %s}}}";

    /** Init containers, in order, with {@code s} before a sidecar's; then containers; then the whole. */
    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', '1', 1",
        "'', '1 500m', 1.5",
        "'2', '1 500m', 2",
        "'1', '1 500m', 1.5",
        // A sidecar runs beside the containers …
        "'s1', '1', 2",
        // … and beside the init containers after it, not those before.
        "'s1 2', '1', 3",
        "'2 s1', '1', 2",
        "'3 s1', '1', 3",
        "'s1 s2 1', '', 4"
    })
    void addUpAsTheSchedulerAddsThem(String init, String containers, BigDecimal cpu) {
        assertThat(PodRequests.of(Pods.withSpec("initContainers: [" + list(init) + "]\ncontainers: [" + list(containers) + "]\n"))
                        .cpu())
                .isEqualByComparingTo(cpu);
    }

    private static String list(String requests) {
        StringBuilder containers = new StringBuilder();
        for (String request : requests.isEmpty() ? new String[0] : requests.split(" ")) {
            boolean sidecar = request.startsWith("s");
            containers
                    .append(containers.isEmpty() ? "" : ", ")
                    .append((sidecar ? SIDECAR : C).formatted(sidecar ? request.substring(1) : request));
        }
        return containers.toString();
    }

    @ParameterizedTest
    @CsvSource({
        // What the pod itself requests wins, more or less than its containers.
        "'resources: {requests: {cpu: 4}}', 4",
        "'resources: {requests: {cpu: 1}}', 1",
        // A pod's limit counts only where nobody requests anything.
        "'resources: {limits: {cpu: 8}}', 2",
        "'resources: {requests: {memory: 1Gi}}', 2"
    })
    void ofThePodWinOverItsContainers(String podLevel, BigDecimal cpu) {
        assertThat(PodRequests.of(Pods.withSpec(podLevel + "\ncontainers: [" + C.formatted("2") + "]\n"))
                        .cpu())
                .isEqualByComparingTo(cpu);
    }

    @ParameterizedTest
    @CsvSource({"'resources: {limits: {cpu: 2}}', 2", "'resources: {limits: {cpu: 2}, requests: {cpu: 1}}', 1"})
    void aLimitStandsInForARequest(String resources, BigDecimal cpu) {
        assertThat(PodRequests.of(Pods.withContainer(resources)).cpu()).isEqualByComparingTo(cpu);
        assertThat(PodRequests.of(Pods.withSpec(resources)).cpu()).isEqualByComparingTo(cpu);
    }
}
