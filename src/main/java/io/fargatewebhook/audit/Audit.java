package io.fargatewebhook.audit;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.Inventory;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.placement.Placer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Classifies every pod of the namespaces that are labeled {@code fargate=yes} or {@code fargate=report}. */
public final class Audit {
    private final KubernetesClient client;
    private final Placer placer;
    private final Optional<String> namespace;

    /** Hears of each pod as it is read, and keeps what it needs. */
    public interface Listener {
        void found(AuditedPod pod, Finding finding);
    }

    /**
     * @param placer the webhook's own decision, with the same settings
     * @param namespace the only one to look at, empty for all
     */
    public Audit(KubernetesClient client, Placer placer, Optional<String> namespace) {
        this.client = client;
        this.placer = placer;
        this.namespace = namespace;
    }

    /**
     * @throws io.fabric8.kubernetes.client.KubernetesClientException where the API server cannot be reached or refuses
     * @throws IllegalArgumentException where the one namespace is none that is looked at
     */
    public void run(List<? extends Listener> listeners) {
        Order order = Order.of(new Configurations(new Inventory(client).mutatingConfigurations()));
        Classifier classifier = new Classifier(placer, order, Instant.now());
        Refusals refusals = new SchedulerEvents(client);
        PodItems pods = new PodItems(client);
        for (OptIn optIn : optIns()) {
            pods.each(optIn.namespace(), "", pod -> {
                Finding finding = classifier.classify(optIn, pod, refusals);
                for (Listener listener : listeners) {
                    listener.found(pod, finding);
                }
            });
        }
    }

    private List<OptIn> optIns() {
        List<OptIn> found = client
                .namespaces()
                .withLabelIn(Names.NAMESPACE_LABEL, Names.YES, Names.REPORT)
                .list()
                .getItems()
                .stream()
                .filter(this::isLookedAt)
                .map(OptIn::of)
                .toList();
        if (namespace.isPresent() && found.isEmpty()) {
            throw new IllegalArgumentException("namespace " + namespace.get() + " does not exist, or is not labeled "
                    + Names.NAMESPACE_LABEL + "=" + Names.YES + " or " + Names.REPORT);
        }
        return found;
    }

    private boolean isLookedAt(Namespace found) {
        String name = found.getMetadata().getName();
        return found.getMetadata().getDeletionTimestamp() == null
                && !placer.excludedNamespaces().contains(name)
                && namespace.map(name::equals).orElse(true);
    }
}
