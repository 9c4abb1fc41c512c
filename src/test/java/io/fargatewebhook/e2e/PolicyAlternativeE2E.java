package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fargatewebhook.e2e.eks.FargateProfile;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** k8s/alternatives/policy labels the same pods as the webhook does, in time for EKS, and with no webhook of ours at all. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyAlternativeE2E {
    private static final String KUSTOMIZATION = "k8s/alternatives/policy";

    private static final Duration SOON = Duration.ofSeconds(30);

    private ControlPlane cluster;
    private PodTable table;
    private SetAside webhook;
    private String namespace;
    private boolean applied;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) throws Exception {
        this.cluster = cluster;
        // Stable, and so served by default, since Kubernetes 1.36.
        assumeThat(cluster.command("kubectl", "get", "mutatingadmissionpolicies.v1.admissionregistration.k8s.io")
                        .run(SOON).exit())
                .as("the API server has MutatingAdmissionPolicy")
                .isZero();
        table = new PodTable(cluster, namespaces);
        namespace = table.namespace("e2e");
        webhook = new SetAside(cluster, installation);
        awaitLabel(false);
        applied = true;
        apply();
        awaitLabel(true);
    }

    @AfterAll
    void stop() {
        if (applied) {
            cluster.command("kubectl", "delete", "-k", KUSTOMIZATION).run(Duration.ofMinutes(1)).succeeded();
            awaitLabel(false);
        }
        if (webhook != null) {
            webhook.close();
        }
        if (table != null) {
            table.close();
        }
    }

    static Stream<PodRow> rows() {
        return PodRow.all();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void labelsThePodsThatTheWebhookLabels(PodRow row) {
        var pod = table.pod(row, row.name());

        var answer = cluster.pods().dryRun(pod);

        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        // It does not know the profiles, and labels a pod that none of them selects.
        var noProfile = row.reason().equals("NoProfile");
        var wanted = new HashMap<>(pod.getMetadata().getLabels());
        if (row.hasLabelThen() || noProfile) {
            wanted.put("fargate", "yes");
        }
        if (row.hasLabelThen()) {
            wanted.put(FargateProfile.LABEL, "fp-default");
        }
        assertThat(answer.pod().getMetadata().getLabels()).isEqualTo(wanted);
        assertThat(answer.pod().getMetadata().getAnnotations()).isEqualTo(pod.getMetadata().getAnnotations());
        var scheduler = pod.getSpec().getSchedulerName() == null ? "default-scheduler" : pod.getSpec().getSchedulerName();
        assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo(row.hasLabelThen() ? "fargate-scheduler" : scheduler);
        assertThat(answer.warnings()).isEmpty();
        cluster.auditLog().ifPresent(log -> assertThat(log.of(answer).called(Installation.CONFIGURATION)).isFalse());
    }

    @Test
    void podsOfADeploymentRunOnFargate() {
        var labels = Map.of("app", "deployed");
        cluster.client().resource(TestPods.deployment(namespace, "deployed", 2)).create();

        Await.until(
                "two ready replicas",
                SOON,
                () -> cluster.client().apps().deployments().inNamespace(namespace).withName("deployed").get().getStatus(),
                status -> Integer.valueOf(2).equals(status.getReadyReplicas()));
        assertThat(cluster.client().pods().inNamespace(namespace).withLabels(labels).list().getItems())
                .hasSize(2)
                .allSatisfy(pod -> assertThat(Installation.isLabeled(pod)).isTrue())
                .allSatisfy(pod -> assertThat(pod.getSpec().getNodeName()).startsWith("fargate-ip-"));
    }

    @Test
    void podsOfADaemonSetAreLeftAlone() {
        var pod = new PodBuilder(TestPods.pod(namespace, "agent"))
                .editMetadata()
                    .addNewOwnerReference()
                        .withApiVersion("apps/v1").withKind("DaemonSet").withName("agent").withUid("3f2a").withController(true)
                    .endOwnerReference()
                .endMetadata()
                .build();

        assertThat(Installation.isLabeled(cluster.pods().dryRun(pod))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no", "report"})
    void otherNamespacesAreLeftAlone(String value, TestNamespaces namespaces) {
        var other = namespaces.create("e2e-other", value.isEmpty() ? Map.of() : Map.of("fargate", value));

        assertThat(Installation.isLabeled(cluster.pods().dryRun(TestPods.pod(other, "other")))).isFalse();
    }

    @Test
    void appliesAgainWithoutAWarning() {
        for (var options : List.of(new String[0], new String[] {"--server-side"}, new String[] {"--server-side"})) {
            assertThat(apply(options)).isEmpty();
        }
    }

    /** What kubectl complained about. */
    private String apply(String... options) {
        var words = Stream.concat(Stream.of("kubectl", "apply", "-k", KUSTOMIZATION), Stream.of(options));
        return cluster.command(words.toArray(String[]::new)).run(Duration.ofMinutes(1)).succeeded().err();
    }

    private void awaitLabel(boolean labeled) {
        Await.until(
                labeled ? "a pod is labeled and taken" : "a pod is left alone",
                SOON,
                () -> cluster.pods().dryRun(TestPods.pod(namespace, "probe")),
                answer -> Installation.isLabeled(answer) == labeled
                        && answer.pod().getSpec().getSchedulerName().equals("fargate-scheduler") == labeled);
    }
}
