package io.fargatewebhook.check;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperations;
import java.util.List;
import java.util.Map;

/** What the rules and selectors of a webhook select. */
final class Selectors {
    private Selectors() {}

    /** Whether one of the rules is for the creation of pods. */
    static boolean selectPodCreation(List<RuleWithOperations> rules) {
        return rules.stream()
                .anyMatch(rule -> any(rule.getOperations(), "CREATE")
                        && any(rule.getApiGroups(), "")
                        && any(rule.getApiVersions(), "v1")
                        && rule.getResources().stream().anyMatch(Selectors::isPods)
                        && !"Cluster".equals(rule.getScope()));
    }

    private static boolean any(List<String> asked, String wanted) {
        return asked.contains("*") || asked.contains(wanted);
    }

    /** A star for the subresource takes the resource itself, too. */
    private static boolean isPods(String resource) {
        return List.of("*", "*/*", "pods", "pods/*").contains(resource);
    }

    /** Whether the selector takes an object with these labels; null takes all. */
    static boolean matches(LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return true;
        }
        Map<String, String> wanted = selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
        return labels.entrySet().containsAll(wanted.entrySet())
                && selector.getMatchExpressions().stream().allMatch(asked -> matches(asked, labels));
    }

    private static boolean matches(LabelSelectorRequirement asked, Map<String, String> labels) {
        String value = labels.get(asked.getKey());
        return switch (asked.getOperator()) {
            case "In" -> value != null && asked.getValues().contains(value);
            case "NotIn" -> value == null || !asked.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> true;
        };
    }
}
