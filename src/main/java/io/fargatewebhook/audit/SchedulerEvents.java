package io.fargatewebhook.audit;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fargatewebhook.cluster.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What fargate-scheduler says in its events, read once a namespace, and only where a pod waits for it. */
final class SchedulerEvents implements Refusals {
    private final KubernetesClient client;
    private final Map<String, Map<String, String>> byNamespace = new HashMap<>();

    SchedulerEvents(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Optional<String> of(AuditedPod pod) {
        Map<String, String> byUid = byNamespace.computeIfAbsent(pod.namespace(), this::read);
        String said = byUid.getOrDefault(pod.uid(), pod.gated() ? "" : pod.unschedulable());
        return said.isEmpty() ? Optional.empty() : Optional.of(said);
    }

    private Map<String, String> read(String namespace) {
        Map<String, String> messages = new HashMap<>();
        client.v1()
                .events()
                .inNamespace(namespace)
                .withField("reason", "FailedScheduling")
                .withField("source", Names.FARGATE_SCHEDULER)
                .list()
                .getItems()
                .forEach(event -> messages.put(event.getInvolvedObject().getUid(), event.getMessage()));
        return messages;
    }
}
