package io.fargatewebhook.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;

/** Pods and Deployments as people write them. */
final class TestPods {

    private TestPods() {}

    /** The smallest pod there is: no labels, no annotations. */
    static Pod pod(String namespace, String name) {
        return new PodBuilder()
                .withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                .withNewSpec().addNewContainer().withName("app").withImage("example.com/app").endContainer().endSpec()
                .build();
    }

    /** Makes so many of these pods; their only label is {@code app}, with its name. */
    static Deployment deployment(String namespace, String name, int replicas) {
        var labels = Map.of("app", name);
        return new DeploymentBuilder()
                .withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                .withNewSpec()
                    .withReplicas(replicas)
                    .withNewSelector().withMatchLabels(labels).endSelector()
                    .withNewTemplate()
                        .withNewMetadata().withLabels(labels).endMetadata()
                        .withSpec(pod(namespace, name).getSpec())
                    .endTemplate()
                .endSpec()
                .build();
    }
}
