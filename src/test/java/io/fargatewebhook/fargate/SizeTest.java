package io.fargatewebhook.fargate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fargatewebhook.Pods;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SizeTest {
    private static JsonNode sizes() throws IOException {
        return new ObjectMapper().readTree(SizeTest.class.getResourceAsStream("/fargate/sizes.json"));
    }

    private static String held(String requests) {
        return Size.holding(PodRequests.of(Pods.requesting(requests)))
                .map(Size::toString)
                .orElse("none");
    }

    @Test
    void allOfThePublishedTableAndNoOther() throws IOException {
        List<Size> published = new ArrayList<>();
        for (JsonNode row : sizes().get("sizes")) {
            int cpu = row.get("cpu_milli").intValue();
            row.path("memory_mib").forEach(mib -> published.add(new Size(cpu, mib.intValue())));
            JsonNode range = row.path("memory_range_gb");
            for (int gb = range.path("min").asInt(); gb > 0 && gb <= range.get("max").intValue(); gb += range.get("step").intValue()) {
                published.add(new Size(cpu, gb * 1024));
            }
        }
        assertThat(Size.ALL).isEqualTo(published);
    }

    static Stream<Arguments> vectors() throws IOException {
        return StreamSupport.stream(sizes().get("test_vectors").spliterator(), false)
                .map(vector -> Arguments.of(
                        vector.get("requests").textValue(), vector.get("expect").textValue()));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void holdsWhatWasObserved(String requests, String size) {
        String yaml = requests.equals("none")
                ? ""
                : requests.replace("cpu ", "cpu: ").replace("memory ", "memory: ").replace(" GB", "Gi");
        assertThat(held(yaml)).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({
        "'cpu: 16', 16vCPU 32GB",
        "'cpu: 16001m', none",
        "'memory: 119.75Gi', 16vCPU 120GB",
        "'memory: 122625Mi', none",
        "'cpu: 250m, memory: 1793Mi', 0.5vCPU 3GB",
        "'cpu: 251m', 0.5vCPU 1GB",
        "'ephemeral-storage: 175Gi', 0.25vCPU 0.5GB",
        "'ephemeral-storage: 176Gi', none",
        "'cpu: 100000000000000000000000E', none",
        "'memory: \"1e999\"', none",
        "'memory: \"1e-999\"', 0.25vCPU 0.5GB",
        "'cpu: 1n', 0.25vCPU 0.5GB"
    })
    void holdsUpToTheLargest(String requests, String size) {
        assertThat(held(requests)).isEqualTo(size);
    }
}
