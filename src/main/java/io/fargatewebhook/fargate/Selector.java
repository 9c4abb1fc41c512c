package io.fargatewebhook.fargate;

import java.util.List;
import java.util.Map;

/** One selector of a Fargate profile: it takes a pod whose namespace fits and that has all its labels. */
public final class Selector {
    private final Wildcard namespace;
    private final List<LabelSelector> labels;

    private record LabelSelector(Wildcard key, Wildcard value) {
        boolean matches(Map<String, String> podLabels) {
            if (key.isLiteral()) {
                String found = podLabels.get(key.pattern());
                return found != null && value.matches(found);
            }
            for (Map.Entry<String, String> label : podLabels.entrySet()) {
                if (key.matches(label.getKey()) && value.matches(label.getValue())) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * @param namespace the namespaces it takes, wildcards allowed
     * @param labels key to value, wildcards allowed in both; none takes every pod of those namespaces
     * @throws IllegalArgumentException where the namespace is empty: EKS requires one
     */
    public Selector(String namespace, Map<String, String> labels) {
        if (namespace.isEmpty()) {
            throw new IllegalArgumentException("a selector without a namespace");
        }
        this.namespace = new Wildcard(namespace);
        this.labels = labels.entrySet().stream()
                .map(label -> new LabelSelector(new Wildcard(label.getKey()), new Wildcard(label.getValue())))
                .toList();
    }

    Wildcard namespace() {
        return namespace;
    }

    boolean matches(String podNamespace, Map<String, String> podLabels) {
        if (!namespace.matches(podNamespace)) {
            return false;
        }
        for (LabelSelector label : labels) {
            if (!label.matches(podLabels)) {
                return false;
            }
        }
        return true;
    }
}
