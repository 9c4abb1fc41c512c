package io.fargatewebhook.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/** Pods as people write them. */
final class TestPods {

    private TestPods() {}

    /** The smallest pod there is: no labels, no annotations. */
    static Pod pod(String namespace, String name) {
        return new PodBuilder()
                .withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                .withNewSpec().addNewContainer().withName("app").withImage("example.com/app").endContainer().endSpec()
                .build();
    }
}
