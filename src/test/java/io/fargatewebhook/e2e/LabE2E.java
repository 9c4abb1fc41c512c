package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The EKS Workshop's lab "Scheduling on Fargate", and the installation it needs, as a person does them. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabE2E {

    private ControlPlane cluster;
    private Installation installation;
    private EksStandIn eks;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation) {
        this.cluster = cluster;
        this.installation = installation;
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), List.of(EksStandIn.PLATFORM));
        installation.webhook(Map.of());
    }

    @AfterAll
    void stop() {
        if (eks != null) {
            cluster.command("k8s/lab/run", "--clean").run(Duration.ofMinutes(6));
            eks.close();
        }
    }

    @Test
    void installsWithoutAWarning() {
        assertThat(installation.applied().out()).contains("/" + Installation.CONFIGURATION + " created");
        assertThat(installation.applied().err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void applyingAgainKeepsTheCaBundle(boolean serverSide) {
        var before = cluster.webhooks(Installation.CONFIGURATION).getWebhooks();

        var again = serverSide ? installation.apply("--server-side") : installation.apply();

        assertThat(again.err()).isEmpty();
        assertThat(cluster.webhooks(Installation.CONFIGURATION).getWebhooks())
                .hasSize(2)
                .isEqualTo(before)
                .allSatisfy(hook -> assertThat(hook.getClientConfig().getCaBundle()).isNotBlank());
    }

    @Test
    void labWithALabelOnTheNamespace() {
        var lab = cluster.command("k8s/lab/run").run(Duration.ofMinutes(8)).succeeded();

        assertThat(lab.out()).contains("PASSED");
        assertThat(pods("app.kubernetes.io/component", "service")).singleElement().satisfies(pod -> {
            assertThat(pod.getMetadata().getLabels()).containsEntry("fargate", "yes");
            assertThat(pod.getSpec().getNodeName()).startsWith("fargate-ip-");
            assertThat(pod.getMetadata().getAnnotations()).containsEntry("CapacityProvisioned", "0.25vCPU 1GB");
        });
        assertThat(pods("app.kubernetes.io/component", "redis")).singleElement().satisfies(pod ->
                assertThat(pod.getSpec().getSchedulerName()).isEqualTo("default-scheduler"));
    }

    @Test
    void labAsTheWorkshopHasIt() {
        var lab = cluster.command("k8s/lab/run", "--workshop").run(Duration.ofMinutes(8)).succeeded();

        assertThat(lab.out()).contains("PASSED");
    }

    private List<Pod> pods(String label, String value) {
        return cluster.client().pods().inNamespace("checkout").withLabel(label, value).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }
}
