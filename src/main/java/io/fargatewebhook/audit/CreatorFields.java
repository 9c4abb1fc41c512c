package io.fargatewebhook.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which fields of an object its creator set. The API server notes them before any webhook is called, and neither a binding nor
 * an admission plugin counts as a manager.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management">Field management</a>
 */
final class CreatorFields {
    /** Beside the creator's own: the names by which lists of these are keyed. */
    private static final List<String> NAMED = List.of("containers", "initContainers", "volumes");

    private final List<JsonNode> entries;
    private final List<JsonNode> later;

    private CreatorFields(List<JsonNode> entries, List<JsonNode> later) {
        this.entries = entries;
        this.later = later;
    }

    /** Empty where the object carries no managedFields, which some clients remove. */
    static Optional<CreatorFields> of(JsonNode object) {
        String created = object.at("/metadata/creationTimestamp").asText();
        List<JsonNode> atCreation = new ArrayList<>();
        List<JsonNode> later = new ArrayList<>();
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            if (entry.path("subresource").asText().isEmpty()) {
                // RFC 3339 in UTC without fractions: its order is that of the text.
                boolean then = entry.path("time").asText().compareTo(created) <= 0;
                (then ? atCreation : later).add(entry.path("fieldsV1"));
            }
        }
        if (atCreation.stream().anyMatch(entry -> entry.at("/f:spec").has("f:containers"))) {
            return Optional.of(new CreatorFields(atCreation, later));
        }
        // Nobody else can have set its containers: the creator has changed its own entry since, which so carries a later time.
        List<JsonNode> all = new ArrayList<>(atCreation);
        all.addAll(later);
        return all.isEmpty() ? Optional.empty() : Optional.of(new CreatorFields(all, List.of()));
    }

    /** Whether the creator set this field, such as {@code spec}, {@code nodeName}. */
    boolean has(String... path) {
        return has(entries, path);
    }

    /** The labels that somebody else has set since, other than an admission plugin. */
    Set<String> labelsSince() {
        Set<String> keys = new HashSet<>();
        for (JsonNode entry : later) {
            // "." stands for the map itself, not for a key.
            entry.at("/f:metadata/f:labels").fieldNames().forEachRemaining(field -> {
                if (field.startsWith("f:")) {
                    keys.add(field.substring("f:".length()));
                }
            });
        }
        keys.removeIf(key -> has("metadata", "labels", key));
        return keys;
    }

    private static boolean has(List<JsonNode> entries, String... path) {
        return entries.stream().anyMatch(entry -> {
            JsonNode node = entry;
            for (String field : path) {
                node = node.path("f:" + field);
            }
            return !node.isMissingNode();
        });
    }

    private Set<String> keys(String field) {
        Set<String> names = new HashSet<>();
        for (JsonNode entry : entries) {
            entry.path("f:spec").path("f:" + field).fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    /** Takes the node, the priority, labels and annotations out of a pod that its creator did not put there. */
    void removePlacement(ObjectNode pod) {
        ObjectNode spec = pod.withObject("/spec");
        for (String field : List.of("nodeName", "priorityClassName")) {
            if (!has("spec", field)) {
                spec.remove(field);
            }
        }
        for (String map : List.of("labels", "annotations")) {
            if (pod.at("/metadata/" + map) instanceof ObjectNode entriesOfMap) {
                entriesOfMap.retain(entriesOfMap.properties().stream()
                        .map(entry -> entry.getKey())
                        .filter(key -> has("metadata", map, key))
                        .toList());
            }
        }
    }

    /** Takes out of a pod's spec what its creator did not put there: fields, and single containers and volumes. */
    void removeInjected(ObjectNode pod) {
        ObjectNode spec = pod.withObject("/spec");
        spec.retain(spec.properties().stream()
                .map(field -> field.getKey())
                .filter(key -> has("spec", key))
                .toList());
        for (String list : NAMED) {
            Set<String> keys = keys(list);
            removeIf(spec.path(list), item -> !keys.contains("k:{\"name\":\"" + item.path("name").asText() + "\"}"));
        }
        Set<String> volumes = new HashSet<>();
        spec.path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(list)) {
                removeIf(container.path("volumeMounts"), mount -> !volumes.contains(mount.path("name").asText()));
            }
        }
    }

    private static void removeIf(JsonNode list, Predicate<JsonNode> unwanted) {
        if (list instanceof ArrayNode items) {
            for (int i = items.size() - 1; i >= 0; i--) {
                if (unwanted.test(items.get(i))) {
                    items.remove(i);
                }
            }
        }
    }
}
