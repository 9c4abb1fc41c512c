package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The nodes of the stand-in, kept alive as a kubelet does: without a lease renewed now and then the node lifecycle
 * controller declares a node dead and evicts its pods.
 */
final class StandInNodes implements AutoCloseable {

    private static final String LEASES = "kube-node-lease";

    private final KubernetesClient client;
    private final Map<String, StandInNode> nodes = new ConcurrentHashMap<>();
    private final ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor(Daemon.named("node-leases"));

    StandInNodes(KubernetesClient client) {
        this.client = client;
        heartbeat.scheduleAtFixedRate(() -> nodes.keySet().forEach(this::renew), 10, 10, TimeUnit.SECONDS);
    }

    /** Makes a node; false where one of that name exists. */
    boolean add(StandInNode node) {
        try {
            client.resource(node.object()).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == 409) {
                return false;
            }
            throw e;
        }
        nodes.put(node.name(), node);
        renew(node.name());
        return true;
    }

    /** One of the stand-in's nodes. */
    Optional<StandInNode> get(String name) {
        return Optional.ofNullable(name).map(nodes::get);
    }

    void remove(String name) {
        if (nodes.remove(name) != null) {
            client.nodes().withName(name).delete();
            client.leases().inNamespace(LEASES).withName(name).delete();
        }
    }

    private void renew(String name) {
        try {
            client.resource(new LeaseBuilder()
                            .withNewMetadata().withName(name).withNamespace(LEASES).endMetadata()
                            .withNewSpec()
                                .withHolderIdentity(name)
                                .withLeaseDurationSeconds(40)
                                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                            .endSpec()
                            .build())
                    .createOr(lease -> lease.patch());
        } catch (RuntimeException e) {
            // The next beat tries again; an exception would end them all.
            System.getLogger("eks").log(System.Logger.Level.DEBUG, "lease of " + name, e);
        }
    }

    @Override
    public void close() {
        heartbeat.shutdownNow();
        nodes.keySet().forEach(this::remove);
    }
}
