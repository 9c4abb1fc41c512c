package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The nodes a pod asks for: its node selector and its required node affinity. */
final class NodeRequirements {

    private final Map<String, String> selector;
    private final List<NodeSelectorTerm> terms;

    NodeRequirements(Pod pod) {
        selector = pod.getSpec().getNodeSelector() == null ? Map.of() : pod.getSpec().getNodeSelector();
        var affinity = pod.getSpec().getAffinity();
        var nodes = affinity == null ? null : affinity.getNodeAffinity();
        var required = nodes == null ? null : nodes.getRequiredDuringSchedulingIgnoredDuringExecution();
        terms = required == null ? List.of() : required.getNodeSelectorTerms();
    }

    /** Whether a node with this name and these labels will do. */
    boolean accept(String nodeName, Map<String, String> labels) {
        return accept(nodeName, labels, requirement -> true);
    }

    /** The same, with only those affinity expressions on labels counted that {@code counts} holds for. */
    boolean accept(String nodeName, Map<String, String> labels, Predicate<NodeSelectorRequirement> counts) {
        var bySelector = selector.entrySet().stream().allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
        var byAffinity = terms.isEmpty() || terms.stream()
                .filter(term -> !term.getMatchExpressions().isEmpty() || !term.getMatchFields().isEmpty())
                .anyMatch(term -> term.getMatchExpressions().stream().filter(counts)
                                .allMatch(expression -> holds(expression, labels.get(expression.getKey())))
                        && term.getMatchFields().stream()
                                .allMatch(field -> "metadata.name".equals(field.getKey()) && holds(field, nodeName)));
        return bySelector && byAffinity;
    }

    private static boolean holds(NodeSelectorRequirement requirement, String value) {
        var values = requirement.getValues();
        return switch (requirement.getOperator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> value != null && isNumber(value) && Long.parseLong(value) > Long.parseLong(values.get(0));
            case "Lt" -> value != null && isNumber(value) && Long.parseLong(value) < Long.parseLong(values.get(0));
            default -> throw new IllegalArgumentException("operator " + requirement.getOperator());
        };
    }

    private static boolean isNumber(String value) {
        return value.matches("-?[0-9]{1,18}");
    }
}
