package io.fargatewebhook.e2e;

import static io.fargatewebhook.e2e.Installation.LABEL_WEBHOOK;
import static io.fargatewebhook.e2e.Installation.REPORT_WEBHOOK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
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

/** Every reason that can reach the webhook, each with a pod that went through a real API server. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReasonsE2E {


    private static final Duration SOON = Duration.ofSeconds(30);

    private ControlPlane cluster;
    private TestNamespaces namespaces;
    private PodTable table;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) throws Exception {
        this.cluster = cluster;
        this.namespaces = namespaces;
        table = new PodTable(cluster, namespaces);
        installation.webhook(Map.of("FARGATE_PROFILES", PodTable.PROFILES.toString()));
    }

    @AfterAll
    void stop() {
        if (table != null) {
            table.close();
        }
    }

    static Stream<PodRow> rows() {
        return PodRow.all();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void podIsTreatedAsItsRowSays(PodRow row) {
        var pod = table.pod(row, row.name());

        var answer = cluster.pods().create(pod);

        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        cluster.auditLog().ifPresent(log -> {
            var creation = log.of(answer);
            assertThat(creation.note(LABEL_WEBHOOK, "reason")).contains(row.reason());
            assertThat(creation.note(LABEL_WEBHOOK, "decision")).contains(row.reason().equals("Labelled") ? "label" : "skip");
            assertThat(creation.note(REPORT_WEBHOOK, "reason")).isEmpty();
        });
        assertThat(answer.warnings().stream().filter(warning -> warning.contains("fargate-webhook")))
                .hasSize(row.isWarned() ? 1 : 0)
                .allSatisfy(warning -> assertThat(warning).hasSizeLessThanOrEqualTo(256));
        var wanted = new HashMap<>(labels(pod));
        if (row.hasLabelThen()) {
            wanted.put("fargate", "yes");
            wanted.put(FargateProfile.LABEL, "fp-default");
        }
        assertThat(labels(answer.pod())).isEqualTo(wanted);
        if (!row.hasLabelThen()) {
            var scheduler = pod.getSpec().getSchedulerName();
            assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo(scheduler == null ? "default-scheduler" : scheduler);
        } else if (row.fargateRefuses()) {
            awaitRefusal(pod);
        } else {
            awaitFargate(pod);
        }
    }

    static Stream<PodRow> keptAway() {
        return PodRow.all().filter(row -> List.of("Unsupported", "TooLarge", "VolumeClaim").contains(row.reason()));
    }

    /** Were the webhook wrong about one of these, its owner would miss Fargate for nothing. */
    @ParameterizedTest
    @MethodSource("keptAway")
    void withTheLabelFargateWouldDoWhatTheRowSays(PodRow row) {
        var pod = new PodBuilder(table.pod(row, row.name() + "-labeled"))
                .editMetadata().addToLabels("fargate", "yes").endMetadata()
                .build();

        var answer = cluster.pods().create(pod);

        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo("fargate-scheduler");
        if (row.fargateRefuses()) {
            awaitRefusal(pod);
        } else {
            awaitFargate(pod);
        }
    }

    @Test
    void podsOfADeploymentGetTheLabel() {
        var namespace = table.namespace("e2e");
        var labels = Map.of("app", "deployed");

        cluster.client().resource(TestPods.deployment(namespace, "deployed", 3)).create();

        var ready = Await.until(
                "three ready replicas",
                SOON,
                () -> cluster.client().apps().deployments().inNamespace(namespace).withName("deployed").get(),
                deployment -> Integer.valueOf(3).equals(deployment.getStatus().getReadyReplicas()));
        assertThat(ready.getSpec().getTemplate().getMetadata().getLabels()).isEqualTo(labels);
        assertThat(cluster.client().pods().inNamespace(namespace).withLabels(labels).list().getItems())
                .hasSize(3)
                .allSatisfy(pod -> assertThat(pod.getSpec().getNodeName()).startsWith("fargate-ip-"))
                .allSatisfy(pod -> assertThat(Installation.isLabeled(pod)).isTrue());
    }

    @Test
    void podsOfADaemonSetAreLeftAlone() {
        var namespace = table.namespace("e2e");
        var labels = Map.of("app", "agent");

        cluster.client()
                .resource(new DaemonSetBuilder()
                        .withNewMetadata().withNamespace(namespace).withName("agent").endMetadata()
                        .withNewSpec()
                            .withNewSelector().withMatchLabels(labels).endSelector()
                            .withNewTemplate()
                                .withNewMetadata().withLabels(labels).endMetadata()
                                .withSpec(TestPods.pod(namespace, "agent").getSpec())
                            .endTemplate()
                        .endSpec()
                        .build())
                .create();

        var pods = Await.until(
                "a pod of the DaemonSet",
                SOON,
                () -> cluster.client().pods().inNamespace(namespace).withLabels(labels).list().getItems(),
                found -> !found.isEmpty());
        assertThat(pods).allSatisfy(pod -> {
            assertThat(pod.getMetadata().getLabels()).doesNotContainKeys("fargate", FargateProfile.LABEL);
            assertThat(pod.getSpec().getSchedulerName()).isEqualTo("default-scheduler");
        });
        cluster.auditLog().ifPresent(log -> {
            var creation = log.generated(namespace, "agent-");
            assertThat(creation.note(LABEL_WEBHOOK, "reason")).contains("DaemonSet");
            assertThat(creation.note(LABEL_WEBHOOK, "decision")).contains("skip");
        });
    }

    @Test
    void mirrorPodsNeverReachTheWebhook() {
        assumeThat(cluster.auditLog()).isPresent();
        var pod = new PodBuilder(TestPods.pod(table.namespace("e2e"), "mirror"))
                .editMetadata().addToAnnotations("kubernetes.io/config.mirror", "3f2a").endMetadata()
                .editSpec().withNodeName("ip-10-0-0-1.us-west-2.compute.internal").endSpec()
                .build();

        var answer = cluster.pods().create(pod);

        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        assertThat(labels(answer.pod())).isEmpty();
        assertThat(cluster.auditLog().orElseThrow().of(answer).called(Installation.CONFIGURATION)).isFalse();
    }

    @Test
    void reportNamespacesAreOnlyReported() {
        assumeThat(cluster.auditLog()).isPresent();
        var log = cluster.auditLog().orElseThrow();
        var namespace = namespaces.create("e2e-report", Map.of("fargate", "report"));

        var fit = cluster.pods().create(TestPods.pod(namespace, "fit"));
        var unfit = cluster.pods().create(new PodBuilder(TestPods.pod(namespace, "unfit"))
                .editSpec().withHostNetwork(true).endSpec()
                .build());

        assertThat(log.of(fit).note(REPORT_WEBHOOK, "reason")).contains("Labelled");
        assertThat(log.of(fit).note(REPORT_WEBHOOK, "decision")).contains("label");
        assertThat(log.of(unfit).note(REPORT_WEBHOOK, "reason")).contains("Unsupported");
        assertThat(log.of(unfit).note(REPORT_WEBHOOK, "decision")).contains("skip");
        for (var answer : List.of(fit, unfit)) {
            assertThat(log.of(answer).note(LABEL_WEBHOOK, "reason")).isEmpty();
            assertThat(answer.warnings()).isEmpty();
            assertThat(labels(answer.pod())).isEmpty();
            assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo("default-scheduler");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no", "Yes", "true"})
    void otherNamespacesNeverReachTheWebhook(String value) {
        var labels = value.isEmpty() ? Map.<String, String>of() : Map.of("fargate", value);
        var namespace = namespaces.create("e2e-other", labels);

        var answer = cluster.pods().create(TestPods.pod(namespace, "other"));

        assertThat(labels(answer.pod())).isEmpty();
        assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo("default-scheduler");
        cluster.auditLog().ifPresent(log -> assertThat(log.of(answer).called(Installation.CONFIGURATION)).isFalse());
    }

    /** Even if somebody labels them. */
    @ParameterizedTest
    @ValueSource(strings = {"kube-system", "kube-public", "kube-node-lease", "fargate-webhook"})
    void excludedNamespacesNeverReachTheWebhook(String namespace) {
        assumeThat(cluster.auditLog()).isPresent();
        TestNamespaces.awaitServiceAccount(cluster, namespace);
        var later = namespaces.create("e2e-later", Map.of());
        try {
            label(namespace);
            // The API server hears of changes in their order: when it knows of this one, it knows of the other as well.
            label(later);
            Await.until(
                    "pods of a namespace labeled later are labeled",
                    SOON,
                    () -> cluster.pods().dryRun(TestPods.pod(later, "later")),
                    Installation::isLabeled);
            var pod = PodRow.named("restricted").pod(namespace, "excluded");

            var answer = cluster.pods().dryRun(pod);

            assertThat(answer.status()).as(answer.message()).isEqualTo(201);
            assertThat(labels(answer.pod())).isEmpty();
            assertThat(cluster.auditLog().orElseThrow().of(answer).called(Installation.CONFIGURATION)).isFalse();
        } finally {
            cluster.client().namespaces().withName(namespace).edit(found -> {
                found.getMetadata().getLabels().remove("fargate");
                return found;
            });
        }
    }

    private void label(String namespace) {
        cluster.client().namespaces().withName(namespace).edit(found -> {
            found.getMetadata().getLabels().put("fargate", "yes");
            return found;
        });
    }

    private void awaitFargate(Pod pod) {
        Await.until(
                "runs on a Fargate node",
                SOON,
                () -> stored(pod),
                found -> "Running".equals(found.getStatus().getPhase()) && found.getSpec().getNodeName().startsWith("fargate-ip-"));
    }

    private void awaitRefusal(Pod pod) {
        Await.until(
                "refused by fargate-scheduler",
                SOON,
                () -> stored(pod).getStatus(),
                status -> status.getPhase().equals("Pending")
                        && status.getConditions().stream().anyMatch(condition ->
                                condition.getType().equals("PodScheduled") && condition.getStatus().equals("False")));
    }

    private Pod stored(Pod pod) {
        return cluster.client().resource(pod).get();
    }

    private static Map<String, String> labels(Pod pod) {
        return pod.getMetadata().getLabels();
    }
}
