package io.fargatewebhook.e2e;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Namespaces of one test class. */
public final class TestNamespaces implements AutoCloseable {

    private final ControlPlane cluster;
    private final List<String> names = new ArrayList<>();

    TestNamespaces(ControlPlane cluster) {
        this.cluster = cluster;
    }

    /** Makes a namespace whose name begins so, and returns the name. */
    public String create(String prefix, Map<String, String> labels) {
        var name = prefix + "-" + UUID.randomUUID().toString().substring(0, 5);
        cluster.client()
                .resource(new NamespaceBuilder().withNewMetadata().withName(name).withLabels(labels).endMetadata().build())
                .create();
        names.add(name);
        awaitServiceAccount(cluster, name);
        return name;
    }

    /** A namespace takes pods only when its controller has made the default service account. */
    static void awaitServiceAccount(ControlPlane cluster, String namespace) {
        Await.until(
                "service account of namespace " + namespace,
                Duration.ofSeconds(60),
                () -> cluster.client().serviceAccounts().inNamespace(namespace).withName("default").get(),
                account -> account != null);
    }

    /** Returns when the API server has begun to remove them; no controller makes new pods in them then. */
    @Override
    public void close() {
        for (var name : names) {
            cluster.client().namespaces().withName(name).delete();
            // Their nodes may be gone, with nobody left to say that they ended.
            cluster.client().pods().inNamespace(name).withGracePeriod(0).delete();
        }
    }
}
