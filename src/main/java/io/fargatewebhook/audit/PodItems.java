package io.fargatewebhook.audit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.audit.AuditedPod.Controller;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.json.PodJson;
import io.fargatewebhook.pod.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/**
 * Reads the pods of a namespace page by page, and of a page one pod at a time: however many there are, few are in memory.
 *
 * <p>Pods that have ended or are being deleted are left out: they are nowhere, and nothing can be done about them.
 */
final class PodItems {
    private static final int PAGE = 50;
    private static final String ALIVE = encoded("status.phase!=Succeeded,status.phase!=Failed");

    private static final JsonMapper JSON = PodJson.mapper().build();
    private static final ObjectReader POD = JSON.readerFor(Pod.class);

    private final KubernetesClient client;

    PodItems(KubernetesClient client) {
        this.client = client;
    }

    /**
     * @param labelSelector empty for all pods
     * @throws KubernetesClientException where the API server cannot be reached or refuses
     */
    void each(String namespace, String labelSelector, Consumer<AuditedPod> consumer) {
        String path = "/api/v1/namespaces/" + namespace + "/pods?fieldSelector=" + ALIVE
                + (labelSelector.isEmpty() ? "" : "&labelSelector=" + encoded(labelSelector)) + "&limit=" + PAGE;
        String next = "";
        do {
            next = page(path, next, consumer);
        } while (!next.isEmpty());
    }

    /** The pod as the API server has it, empty where there is none of that name. */
    Optional<ObjectNode> get(String namespace, String name) {
        String json = client.raw("/api/v1/namespaces/" + namespace + "/pods/" + name);
        try {
            return json == null ? Optional.empty() : Optional.of((ObjectNode) JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String page(String path, String continued, Consumer<AuditedPod> consumer) {
        String next = continued.isEmpty() ? "" : "&continue=" + encoded(continued);
        String json;
        try {
            json = client.raw(path + next, "GET", null);
        } catch (KubernetesClientException e) {
            // A list that took too long goes on with what is there now, by a token in the answer.
            return Optional.ofNullable(e.getStatus())
                    .filter(status -> e.getCode() == HttpURLConnection.HTTP_GONE)
                    .map(status -> status.getMetadata())
                    .map(metadata -> metadata.getContinue())
                    .orElseThrow(() -> e);
        }
        try (JsonParser parser = JSON.createParser(json)) {
            return page(parser, consumer);
        } catch (IOException e) {
            throw new UncheckedIOException("The API server's list of pods is not readable", e);
        }
    }

    private static String page(JsonParser parser, Consumer<AuditedPod> consumer) throws IOException {
        String next = "";
        parser.nextToken();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (field.equals("metadata")) {
                next = parser.<JsonNode>readValueAsTree().path("continue").asText();
            } else if (field.equals("items") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    ObjectNode item = parser.readValueAsTree();
                    if (item.at("/metadata/deletionTimestamp").isMissingNode()) {
                        consumer.accept(read(item));
                    }
                }
            } else {
                parser.skipChildren();
            }
        }
        return next;
    }

    static AuditedPod read(ObjectNode item) throws IOException {
        Pod pod = POD.readValue(item);
        Optional<CreatorFields> creator = CreatorFields.of(item);
        removePlacement(item, creator);
        Pod asInjected = POD.readValue(item);
        creator.ifPresent(fields -> fields.removeInjected(item));
        JsonNode spec = item.path("spec");
        return new AuditedPod(
                item.at("/metadata/uid").asText(),
                pod,
                POD.readValue(item),
                asInjected,
                creator.map(CreatorFields::labelsSince).orElse(Set.of()),
                Instant.parse(item.at("/metadata/creationTimestamp").asText()),
                controller(item.at("/metadata/ownerReferences")),
                !spec.path("schedulingGates").isEmpty(),
                condition(item, "Ready").filter(ready -> ready.path("status").asText().equals("True")).isPresent(),
                condition(item, "PodScheduled")
                        .filter(scheduled -> scheduled.path("status").asText().equals("False"))
                        .map(scheduled -> scheduled.path("message").asText())
                        .orElse(""));
    }

    /** What schedulers and EKS have done to it. */
    static void removePlacement(ObjectNode item, Optional<CreatorFields> creator) {
        boolean taken = !item.at("/metadata/labels").path(Profiles.PROFILE_LABEL).isMissingNode();
        if (taken) {
            item.withObject("/spec").remove("schedulerName");
        }
        // Hardly anybody chooses a node by hand: where nothing tells, a scheduler did.
        creator.ifPresentOrElse(
                fields -> fields.removePlacement(item), () -> item.withObject("/spec").remove("nodeName"));
    }

    private static Optional<Controller> controller(JsonNode owners) {
        return StreamSupport.stream(owners.spliterator(), false)
                .filter(owner -> owner.path("controller").asBoolean())
                .map(owner -> new Controller(
                        owner.path("apiVersion").asText(),
                        owner.path("kind").asText(),
                        owner.path("name").asText(),
                        owner.path("uid").asText()))
                .findFirst();
    }

    private static Optional<JsonNode> condition(JsonNode item, String type) {
        return StreamSupport.stream(item.at("/status/conditions").spliterator(), false)
                .filter(condition -> condition.path("type").asText().equals(type))
                .findFirst();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
