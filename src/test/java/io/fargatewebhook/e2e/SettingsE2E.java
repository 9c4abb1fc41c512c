package io.fargatewebhook.e2e;

import static io.fargatewebhook.e2e.Installation.LABEL_WEBHOOK;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator can choose for pods that Fargate cannot run. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsE2E {

    private ControlPlane cluster;
    private Installation installation;
    private EksStandIn eks;
    private String namespace;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) {
        this.cluster = cluster;
        this.installation = installation;
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), List.of(EksStandIn.PLATFORM));
        namespace = namespaces.create("e2e-settings", Map.of("fargate", "yes"));
    }

    @AfterAll
    void stop() {
        if (eks != null) {
            eks.close();
        }
    }

    @Test
    void denyRefusesPodsThatFargateCannotRun() {
        installation.webhook(Map.of("FARGATE_UNSUPPORTED", "deny"));

        var answer = cluster.pods().create(pod("privileged", "denied"));

        assertThat(answer.status()).isBetween(400, 499);
        assertThat(answer.message()).startsWith("admission webhook \"" + LABEL_WEBHOOK + "\" denied the request: ").contains("privileged");
        assertThat(cluster.client().pods().inNamespace(namespace).withName("denied").get()).isNull();
        cluster.auditLog().ifPresent(log -> {
            assertThat(log.of(answer).note(LABEL_WEBHOOK, "decision")).contains("deny");
            assertThat(log.of(answer).note(LABEL_WEBHOOK, "reason")).contains("Unsupported");
        });
        assertThat(cluster.pods().create(pod("bare", "fit")).status()).isEqualTo(201);
    }

    @Test
    void labelLabelsThemAllTheSameAndWarns() {
        installation.webhook(Map.of("FARGATE_UNSUPPORTED", "label", "FARGATE_VOLUME_CLAIMS", "label"));

        for (var row : List.of("privileged", "cpu", "claim")) {
            var pod = pod(row, row + "-labeled-all-the-same");
            var answer = cluster.pods().create(pod);

            assertThat(answer.warnings()).as(row).singleElement().asString().contains("fargate-webhook");
            assertThat(answer.pod().getMetadata().getLabels()).containsEntry("fargate", "yes");
            assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo("fargate-scheduler");
            cluster.auditLog().ifPresent(log -> {
                assertThat(log.of(answer).note(LABEL_WEBHOOK, "decision")).contains("label");
                assertThat(log.of(answer).note(LABEL_WEBHOOK, "reason")).contains("Labelled");
            });
            Await.until(
                    "an event that tells why " + row + " stays Pending",
                    Duration.ofSeconds(30),
                    () -> cluster.client().v1().events().inNamespace(namespace)
                            .withField("involvedObject.name", pod.getMetadata().getName()).list().getItems(),
                    events -> events.stream().anyMatch(event -> event.getReason().equals("FailedScheduling")));
        }
    }

    private Pod pod(String row, String name) {
        return PodRow.named(row).pod(namespace, name);
    }
}
