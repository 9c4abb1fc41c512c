package io.fargatewebhook.e2e;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A row of {@code e2e/pods.yaml}: a pod, and what is to become of it. */
record PodRow(
        @JsonProperty("pod") String name,
        String reason,
        String namespace,
        String fargate,
        ObjectMeta metadata,
        PodSpec spec) {

    /** Reasons for which people get a warning. */
    private static final Set<String> WARNED = Set.of("Unsupported", "TooLarge", "VolumeClaim", "NoProfile");

    PodRow {
        namespace = namespace == null ? "e2e" : namespace;
    }

    static Stream<PodRow> all() {
        try (var file = PodRow.class.getResourceAsStream("/e2e/pods.yaml")) {
            return new ObjectMapper(new YAMLFactory()).readValue(file, new TypeReference<List<PodRow>>() {}).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PodRow named(String name) {
        return all().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    /** The pod as its creator sends it. */
    Pod pod(String inNamespace, String withName) {
        var pod = new PodBuilder(TestPods.pod(inNamespace, withName));
        if (metadata != null) {
            pod.editMetadata().withLabels(metadata.getLabels()).withAnnotations(metadata.getAnnotations()).endMetadata();
        }
        if (spec != null) {
            pod.withSpec(spec);
            if (spec.getContainers().isEmpty()) {
                pod.editSpec().withContainers(TestPods.pod(inNamespace, withName).getSpec().getContainers()).endSpec();
            }
        }
        return pod.build();
    }

    boolean isWarned() {
        return WARNED.contains(reason);
    }

    /** Whether the label that the pod ends with is ours. */
    boolean hasLabelThen() {
        return reason.equals("Labelled") || reason.equals("AlreadyLabelled");
    }

    boolean fargateRefuses() {
        return "refuses".equals(fargate);
    }

    @Override
    public String toString() {
        return reason + ": " + name;
    }
}
