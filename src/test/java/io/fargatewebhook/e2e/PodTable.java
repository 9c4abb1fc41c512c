package io.fargatewebhook.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.eks.FargateProfile;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What the pods of {@code e2e/pods.yaml} need: EKS with the profiles that the table speaks of, and its namespaces. */
final class PodTable implements AutoCloseable {
    static final Path PROFILES = Path.of("src/test/resources/e2e/profiles.json").toAbsolutePath();

    /** For the row with a runtime class: a pod whose class does not exist is refused before any webhook sees it. */
    private static final RuntimeClass SANDBOXED = new RuntimeClassBuilder()
            .withNewMetadata().withName("e2e-sandboxed").endMetadata()
            .withHandler("runsc")
            .build();

    private final ControlPlane cluster;
    private final EksStandIn eks;

    /** Namespaces labeled fargate=yes, by prefix. */
    private final Map<String, String> selected = new HashMap<>();

    PodTable(ControlPlane cluster, TestNamespaces namespaces) throws Exception {
        this.cluster = cluster;
        cluster.client().resource(SANDBOXED).createOr(existing -> existing.update());
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), FargateProfile.read(PROFILES));
        PodRow.all().map(PodRow::namespace).distinct().forEach(prefix -> selected.put(
                prefix, namespaces.create(prefix, Map.of("fargate", "yes"))));
    }

    /** The namespace whose name begins so. */
    String namespace(String prefix) {
        return selected.get(prefix);
    }

    /** The pod of this row in its namespace. */
    Pod pod(PodRow row, String name) {
        return row.pod(namespace(row.namespace()), name);
    }

    @Override
    public void close() {
        eks.close();
        cluster.client().resource(SANDBOXED).delete();
    }
}
