package io.fargatewebhook.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Breaks JSON trees as no API server would, and as a fuzzer or a person with curl might. */
public final class Mutation {
    private static final JsonNodeFactory NODES = new ObjectMapper().getNodeFactory();

    private Mutation() {}

    /** One value of every JSON type, and the extremes of each. */
    public static List<JsonNode> values() {
        return List.of(
                NODES.nullNode(), NODES.booleanNode(true), NODES.numberNode(0), NODES.numberNode(-1),
                NODES.numberNode(Long.MAX_VALUE), NODES.numberNode(1e300), NODES.textNode(""), NODES.textNode("x"),
                NODES.textNode("\u0000\uFFFF\n🚀"), NODES.textNode("1e999999999"), NODES.arrayNode(), NODES.arrayNode().add(1).addNull(),
                NODES.objectNode(), NODES.objectNode().put("a", "b").putNull("c"));
    }

    /** Replaces, removes or adds one thing somewhere in the tree. */
    public static void anywhere(JsonNode tree, Random random) {
        List<Place> places = places(tree);
        if (places.isEmpty()) {
            return;
        }
        Place place = places.get(random.nextInt(places.size()));
        JsonNode value = values().get(random.nextInt(values().size()));
        switch (random.nextInt(3)) {
            case 0 -> place.remove();
            case 1 -> place.add(value);
            default -> place.replace(value);
        }
    }

    /** Calls back once for each field and each JSON type, with that field replaced. */
    public static void everyFieldByEveryType(JsonNode tree, Consumer<JsonNode> mutated) {
        for (int i = 0; i < places(tree).size(); i++) {
            for (JsonNode value : values()) {
                JsonNode copy = tree.deepCopy();
                places(copy).get(i).replace(value);
                mutated.accept(copy);
            }
        }
    }

    private record Place(JsonNode parent, String field, int index) {
        void replace(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(field, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(field);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }

        void add(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(field + "x", value);
            } else {
                ((ArrayNode) parent).insert(index, value);
            }
        }
    }

    private static List<Place> places(JsonNode tree) {
        List<Place> places = new ArrayList<>();
        collect(tree, places);
        return places;
    }

    private static void collect(JsonNode node, List<Place> places) {
        if (node.isObject()) {
            node.properties().forEach(field -> {
                places.add(new Place(node, field.getKey(), -1));
                collect(field.getValue(), places);
            });
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                places.add(new Place(node, "", i));
                collect(node.get(i), places);
            }
        }
    }
}
