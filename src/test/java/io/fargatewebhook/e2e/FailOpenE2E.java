package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import io.fargatewebhook.e2e.kube.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A webhook that does not answer costs pods their label, and nobody a pod. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailOpenE2E {

    private ControlPlane cluster;
    private Installation installation;
    private EksStandIn eks;
    private WebhookProcess webhook;
    private String namespace;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) {
        this.cluster = cluster;
        this.installation = installation;
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), List.of(EksStandIn.PLATFORM));
        webhook = installation.webhook(Map.of());
        namespace = namespaces.create("e2e-fail-open", Map.of("fargate", "yes"));
    }

    @AfterAll
    void stop() {
        if (eks != null) {
            eks.close();
        }
    }

    @Test
    void podsAreCreatedWithoutTheLabelWhileTheWebhookIsDown() {
        webhook.kill();
        try {
            assertMissed(cluster.pods().create(TestPods.pod(namespace, "down")));
            Await.until(
                    "the pod runs on EC2",
                    Duration.ofSeconds(30),
                    () -> cluster.client().pods().inNamespace(namespace).withName("down").get().getSpec(),
                    spec -> spec.getNodeName() != null && !spec.getNodeName().startsWith("fargate-"));
        } finally {
            webhook = installation.webhook(Map.of());
        }

        assertLabeled(cluster.pods().create(TestPods.pod(namespace, "up-again")));
    }

    @Test
    void podsAreCreatedWithoutTheLabelWhileTheWebhookHangs() {
        webhook.suspend();
        try {
            var start = Instant.now();
            assertMissed(cluster.pods().create(TestPods.pod(namespace, "hanging")));
            // Two seconds for us, as the configuration says, and nobody waits longer because of us.
            assertThat(Duration.between(start, Instant.now())).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
        } finally {
            webhook.resume();
        }
        installation.awaitLabel();

        assertLabeled(cluster.pods().create(TestPods.pod(namespace, "hanging-no-more")));
    }

    @Test
    void aDryRunIsLabeledAndStoresNothing() {
        var answer = cluster.pods().dryRun(TestPods.pod(namespace, "dry-run"));

        assertLabeled(answer);
        assertThat(cluster.client().pods().inNamespace(namespace).withName("dry-run").get()).isNull();
    }

    private void assertMissed(Pods.Answer answer) {
        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        assertThat(answer.pod().getMetadata().getLabels()).isEmpty();
        assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo("default-scheduler");
        cluster.auditLog().ifPresent(log -> assertThat(log.of(answer).failedOpen()).containsExactly(Installation.LABEL_WEBHOOK));
    }

    private static void assertLabeled(Pods.Answer answer) {
        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        assertThat(answer.pod().getMetadata().getLabels()).containsEntry("fargate", "yes");
        assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo("fargate-scheduler");
    }
}
