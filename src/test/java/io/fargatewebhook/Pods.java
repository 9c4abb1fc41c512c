package io.fargatewebhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fargatewebhook.json.PodJson;
import io.fargatewebhook.pod.Pod;

/** Pods for tests, written in YAML as people write them. */
public final class Pods {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectReader POD = PodJson.mapper().build().readerFor(Pod.class);

    private Pods() {}

    public static Pod pod(String yaml) {
        try {
            JsonNode tree = YAML.readTree(yaml);
            return POD.readValue(tree.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    /** A pod with this spec, indented or not, and nothing in its metadata. */
    public static Pod withSpec(String spec) {
        return pod("metadata: {}\nspec:\n" + spec.indent(2));
    }

    /** A pod with one container {@code app}, which has these fields. */
    public static Pod withContainer(String fields) {
        return withSpec("containers:\n- name: app\n" + fields.indent(2));
    }

    /** A pod with one container that requests this, such as {@code cpu: 250m, memory: 1Gi}. */
    public static Pod requesting(String requests) {
        return withContainer("resources: {requests: {" + requests + "}}");
    }
}
