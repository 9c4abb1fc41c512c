package io.fargatewebhook.audit;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts pods by namespace, state and cause. */
public final class Counts implements Audit.Listener {

    record Key(String namespace, State state, String cause) {}

    private final Map<Key, Integer> pods = new TreeMap<>(
            Comparator.comparing(Key::namespace).thenComparing(Key::state).thenComparing(Key::cause));

    @Override
    public void found(AuditedPod pod, Finding finding) {
        pods.merge(new Key(pod.namespace(), finding.state(), finding.cause()), 1, Integer::sum);
    }

    Map<Key, Integer> byCause() {
        return pods;
    }

    Map<State, Integer> byState() {
        Map<State, Integer> states = new EnumMap<>(State.class);
        pods.forEach((key, count) -> states.merge(key.state(), count, Integer::sum));
        return states;
    }

    /** Whether an eviction may bring some of them to Fargate. */
    public boolean isWorthEvicting() {
        return byState().containsKey(State.Missed) || byState().containsKey(State.NotTaken);
    }

    /** Pods about which somebody has to do something. */
    public int problems() {
        return pods.entrySet().stream()
                .filter(entry -> entry.getKey().state().isProblem())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    public int total() {
        return pods.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Such as {@code 9 pods: 3 Fargate, 4 LeftAlone, 2 Missed}. */
    public String summary() {
        StringBuilder text = new StringBuilder(total() == 1 ? "1 pod" : total() + " pods");
        String separator = ": ";
        for (Map.Entry<State, Integer> entry : byState().entrySet()) {
            text.append(separator).append(entry.getValue()).append(' ').append(entry.getKey());
            separator = ", ";
        }
        return text.toString();
    }
}
