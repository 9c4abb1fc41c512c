package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.Command;
import io.fargatewebhook.e2e.kube.ControlPlane;
import io.fargatewebhook.e2e.kube.Pods;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code audit} says of pods that went through a real API server, and what {@code --evict} does for them. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditE2E {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GUARD = "fargate-webhook-guard";
    private static final Duration SOON = Duration.ofSeconds(60);

    private ControlPlane cluster;
    private Installation installation;
    private TestNamespaces namespaces;
    private EksStandIn eks;

    /** Namespaces with pods that were created while the webhook was down. */
    private String mixed;

    private Pods.Answer missed;
    private String evictable;
    private String budgeted;
    private String watched;
    private Command.Result evictedWhileDown;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) {
        this.cluster = cluster;
        this.installation = installation;
        this.namespaces = namespaces;
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), List.of(EksStandIn.PLATFORM));
        cluster.command("kubectl", "apply", "-k", "k8s/overlays/guard").run(SOON).succeeded();
        mixed = selected();
        evictable = selected();
        budgeted = selected();
        watched = selected();
        // Pods made while nobody answers are bound to an EC2 node soon after: missed for good.
        installation.webhook(Map.of()).kill();
        Await.until(
                "the guard warns",
                SOON,
                () -> cluster.pods().dryRun(TestPods.pod(mixed, "probe")),
                answer -> !answer.warnings().isEmpty());
        missed = cluster.pods().create(TestPods.pod(mixed, "missed"));
        cluster.pods().create(TestPods.pod(mixed, "labelled-later"));
        for (var namespace : List.of(evictable, budgeted, watched)) {
            deployment(namespace, "api", 2);
            awaitReady(namespace, "api", 2);
        }
        awaitBound(mixed, "missed");
        awaitBound(mixed, "labelled-later");
        evictedWhileDown = audit(evictable, "--evict", "--yes", "--timeout", "10s");
        installation.webhook(Map.of());
    }

    @AfterAll
    void stop() {
        cluster.client().admissionRegistration().v1().validatingAdmissionPolicies().withName(GUARD).delete();
        cluster.client().admissionRegistration().v1().validatingAdmissionPolicyBindings().withName(GUARD).delete();
        if (eks != null) {
            eks.close();
        }
        // Other classes mind a warning; without EKS the guard would have one for this pod.
        Await.until(
                "the guard is gone",
                SOON,
                () -> cluster.pods().dryRun(TestPods.pod(mixed, "probe")),
                answer -> answer.warnings().isEmpty());
    }

    private Command.Result audit(String namespace, String... options) {
        return cluster.command(Stream.concat(Program.command("audit", "-n", namespace).stream(), Stream.of(options))
                        .toArray(String[]::new))
                .run(Duration.ofMinutes(3));
    }

    private List<JsonNode> audited(String namespace) throws IOException {
        var result = audit(namespace, "-o", "json");
        assertThat(result.exit()).as(result.err()).isIn(0, 1);
        return StreamSupport.stream(JSON.readTree(result.out()).get("pods").spliterator(), false).toList();
    }

    private static JsonNode named(List<JsonNode> audited, String pod) {
        return audited.stream().filter(found -> found.get("pod").asText().equals(pod)).findFirst().orElseThrow();
    }

    private static void assertThatItIs(JsonNode pod, String state, String reason) {
        assertThat(pod.get("state").asText() + " " + pod.get("reason").asText()).as(pod.toString()).isEqualTo(state + " " + reason);
    }

    private String selected() {
        return namespaces.create("e2e-audit", Map.of("fargate", "yes"));
    }

    private Deployment deployment(String namespace, String name, int replicas) {
        return cluster.client().resource(TestPods.deployment(namespace, name, replicas)).create();
    }

    private List<Pod> awaitReady(String namespace, String name, int replicas) {
        return Await.until(
                replicas + " pods of " + name + " run",
                SOON,
                () -> cluster.client().pods().inNamespace(namespace).withLabel("app", name).list().getItems().stream()
                        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                        .toList(),
                pods -> pods.size() == replicas
                        && pods.stream().allMatch(pod -> "Running".equals(pod.getStatus().getPhase())));
    }

    private void awaitBound(String namespace, String pod) {
        Await.until(
                pod + " has a node",
                SOON,
                () -> cluster.client().pods().inNamespace(namespace).withName(pod).get(),
                found -> found.getSpec().getNodeName() != null);
    }

    @Test
    void everyPodGetsAStateAndAReason() throws IOException {
        var namespace = mixed;
        var create = cluster.pods();
        var refused = new PodBuilder(TestPods.pod(namespace, "refused"))
                .editMetadata().addToLabels("fargate", "yes").endMetadata()
                .editSpec().withHostNetwork(true).endSpec()
                .build();
        create.create(TestPods.pod(namespace, "fit"));
        create.create(new PodBuilder(TestPods.pod(namespace, "own-label")).editMetadata().addToLabels("fargate", "yes").endMetadata().build());
        create.create(new PodBuilder(TestPods.pod(namespace, "opted-out")).editMetadata().addToLabels("fargate", "no").endMetadata().build());
        create.create(new PodBuilder(TestPods.pod(namespace, "host-network")).editSpec().withHostNetwork(true).endSpec().build());
        create.create(new PodBuilder(TestPods.pod(namespace, "placed")).editSpec().withNodeName("some-node").endSpec().build());
        create.create(new PodBuilder(TestPods.pod(namespace, "gated")).editSpec().addNewSchedulingGate("wait").endSpec().build());
        create.create(refused);
        cluster.command("kubectl", "label", "pod", "-n", namespace, "labelled-later", "fargate=yes").run(SOON).succeeded();
        awaitBound(namespace, "fit");
        awaitBound(namespace, "own-label");
        Await.until(
                "fargate-scheduler has said no",
                SOON,
                () -> cluster.client().v1().events().inNamespace(namespace).withField("reason", "FailedScheduling").list().getItems(),
                events -> !events.isEmpty());

        var audited = audited(namespace);
        assertThatItIs(named(audited, "fit"), "Fargate", "Labelled");
        assertThatItIs(named(audited, "own-label"), "Fargate", "AlreadyLabelled");
        assertThatItIs(named(audited, "opted-out"), "LeftAlone", "OptedOut");
        assertThatItIs(named(audited, "host-network"), "LeftAlone", "Unsupported");
        assertThatItIs(named(audited, "placed"), "LeftAlone", "NodeAssigned");
        assertThatItIs(named(audited, "gated"), "Waiting", "Gated");
        assertThatItIs(named(audited, "refused"), "Refused", "FailedScheduling");
        assertThat(named(audited, "refused").get("message").asText())
                .isEqualTo("fargate-scheduler says: Pod not supported on Fargate: fields not supported: HostNetwork");
        assertThatItIs(named(audited, "missed"), "Missed", "NotLabelled");
        assertThat(missed.warnings()).singleElement().asString().contains("the webhook missed this pod");
        assertThatItIs(named(audited, "labelled-later"), "Missed", "LabelledLater");
        var table = audit(namespace);
        assertThat(table.exit()).isEqualTo(1);
        assertThat(table.out()).contains(
                namespace + " pod/missed: Missed NotLabelled: created without label fargate=yes: the webhook was not called, or did not answer");
        assertThat(audit(namespace, "-o", "yaml").out()).contains("pods:").contains("  state: \"Missed\"");
    }

    @Test
    void whatAnotherWebhookAddedIsACauseOfItsOwn() throws IOException {
        var namespace = selected();
        // Stands in for a sidecar injector; a policy, since it needs no server. What it adds is nobody's managed field either.
        var policy = """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicy
                metadata: {name: e2e-injector}
                spec:
                  failurePolicy: Fail
                  reinvocationPolicy: Never
                  matchConstraints:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
                    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
                  mutations:
                    - patchType: ApplyConfiguration
                      applyConfiguration:
                        expression: >-
                          Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "injected",
                          image: "example.com/proxy-init", securityContext: Object.spec.initContainers.securityContext{privileged: true}}]}}
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicyBinding
                metadata: {name: e2e-injector}
                spec: {policyName: e2e-injector}
                """.formatted(namespace);
        var file = Files.writeString(Path.of("target/e2e/injector.yaml"), policy);
        cluster.command("kubectl", "apply", "-f", file.toString()).run(SOON).succeeded();
        try {
            Await.until(
                    "the container is injected",
                    SOON,
                    () -> cluster.pods().dryRun(TestPods.pod(namespace, "probe")),
                    answer -> answer.pod() != null && !answer.pod().getSpec().getInitContainers().isEmpty());
            cluster.pods().create(TestPods.pod(namespace, "meshed"));
            awaitBound(namespace, "meshed");
        } finally {
            cluster.command("kubectl", "delete", "-f", file.toString()).run(SOON);
        }

        assertThatItIs(audited(namespace).get(0), "Missed", "Injected");
        assertThat(audited(namespace).get(0).get("message").asText())
                .startsWith("another webhook added what Fargate does not run: container \"injected\" is privileged");
    }

    @Test
    void nothingIsEvictedWhileTheNextPodWouldMissToo() {
        assertThat(evictedWhileDown.exit()).isEqualTo(1);
        assertThat(evictedWhileDown.out()).contains(evictable
                + " deployment/api: nothing evicted: a dry-run copy of the pod came back without label fargate=yes, so the next pod"
                + " would miss too").doesNotContain("evicted pod");
    }

    @Test
    void aMissedPodBoundToEc2IsEvictedAndItsSuccessorIsOnFargate() throws IOException {
        assertThat(audited(evictable)).hasSize(2).allSatisfy(pod -> {
            assertThatItIs(pod, "Missed", "NotLabelled");
            assertThat(pod.get("workload").asText()).isEqualTo("deployment/api");
            assertThat(pod.get("node").asText()).isNotEmpty().doesNotStartWith("fargate-");
        });

        var evicted = audit(evictable, "--evict", "--yes", "--timeout", "60s");

        assertThat(evicted.exit()).as(evicted.out()).isZero();
        assertThat(evicted.out()).contains(evictable + " deployment/api: evicted pod api-").contains("is on node fargate-ip-");
        assertThat(awaitReady(evictable, "api", 2))
                .allSatisfy(pod -> assertThat(pod.getSpec().getNodeName()).startsWith("fargate-ip-"));
        assertThat(audited(evictable)).hasSize(2).allSatisfy(pod -> assertThatItIs(pod, "Fargate", "Labelled"));
    }

    @Test
    void aPodDisruptionBudgetIsHonored() {
        cluster.command("kubectl", "create", "pdb", "api", "-n", budgeted, "--selector", "app=api", "--min-available", "2")
                .run(SOON)
                .succeeded();
        Await.until(
                "the budget counts",
                SOON,
                () -> cluster.client().policy().v1().podDisruptionBudget().inNamespace(budgeted).withName("api").get().getStatus(),
                status -> status != null && Integer.valueOf(2).equals(status.getExpectedPods()));

        var evicted = audit(budgeted, "--evict", "--yes", "--timeout", "5s");

        assertThat(evicted.exit()).isEqualTo(1);
        assertThat(evicted.out())
                .contains(budgeted + " deployment/api: pod api-")
                .contains("a PodDisruptionBudget did not allow it within 5 s")
                .doesNotContain("evicted pod");
    }

    @Test
    void podsFromBeforeTheLabelAreNotMissed() throws IOException {
        var namespace = namespaces.create("e2e-audit-existing", Map.of());
        deployment(namespace, "old", 1);
        awaitReady(namespace, "old", 1);
        // Times are in seconds.
        sleep(Duration.ofSeconds(2));
        cluster.command("kubectl", "label", "namespace", namespace, "fargate=yes").run(SOON).succeeded();
        installation.awaitLabel();

        assertThat(audited(namespace)).singleElement().satisfies(pod -> assertThatItIs(pod, "BeforeOptIn", "Labelled"));
        assertThat(audit(namespace, "--evict", "--yes", "--timeout", "30s").out())
                .contains(namespace + " deployment/old: not evicted: older than the namespace's label");
        assertThat(audit(namespace, "--evict", "--yes", "--include-existing", "--timeout", "60s").out())
                .contains(namespace + " deployment/old: its successor");
        assertThat(audited(namespace)).singleElement().satisfies(pod -> assertThatItIs(pod, "Fargate", "Labelled"));
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void reportNamespacesMissNothing() throws IOException {
        var namespace = namespaces.create("e2e-audit-report", Map.of("fargate", "report"));
        deployment(namespace, "api", 1);
        awaitReady(namespace, "api", 1);

        assertThat(audited(namespace)).singleElement().satisfies(pod -> assertThatItIs(pod, "ReportOnly", "Labelled"));
    }

    @Test
    void aConfigurationRenamedToSortLateIsTheCause() throws IOException {
        var namespace = selected();
        try (var real = new SetAside(cluster, installation)) {
            var late = cluster.client().resource(real.named("prod-" + Installation.CONFIGURATION)).create();
            try {
                Await.until(
                        "a dry-run pod comes back labeled and not taken",
                        SOON,
                        () -> cluster.pods().dryRun(TestPods.pod(namespace, "probe")),
                        answer -> Installation.isLabeled(answer)
                                && answer.pod().getSpec().getSchedulerName().equals("default-scheduler"));
                assertThat(cluster.pods().dryRun(TestPods.pod(namespace, "guarded")).warnings())
                        .singleElement().asString().contains("EKS did not take this pod");
                deployment(namespace, "late", 1);
                awaitReady(namespace, "late", 1);

                assertThat(audited(namespace)).singleElement().satisfies(pod -> {
                    assertThatItIs(pod, "NotTaken", "WrongOrder");
                    assertThat(pod.get("message").asText()).startsWith("labelled too late: configuration prod-0400-fargate-webhook is called after 0500-");
                });
                assertThat(audit(namespace, "--evict", "--yes", "--timeout", "10s").out())
                        .contains(namespace + " deployment/late: nothing evicted: a dry-run copy of the pod came back labelled, but no Fargate profile took it");
            } finally {
                cluster.client().resource(late).delete();
            }
        }
        installation.awaitLabel();
        assertThat(audit(namespace, "--evict", "--yes", "--timeout", "60s").out()).contains(namespace + " deployment/late: its successor");
        assertThat(audited(namespace)).singleElement().satisfies(pod -> assertThatItIs(pod, "Fargate", "Labelled"));
    }

    /** With the rights of the shipped ServiceAccount and no others. */
    @Test
    void theWatchCountsAndTellsTheOwnerOnce() throws Exception {
        cluster.command("kubectl", "apply", "-k", "k8s/overlays/audit").run(SOON).succeeded();
        var namespace = watched;
        var account = "system:serviceaccount:fargate-webhook:fargate-webhook-audit";
        for (var right : List.of("create pods", "create pods/eviction", "delete pods", "get secrets", "patch events")) {
            var answer = cluster.command("kubectl", "auth", "can-i", right.split(" ")[0], right.split(" ")[1], "-A", "--as", account);
            assertThat(answer.run(SOON).out().strip()).as(right).isEqualTo("no");
        }
        var builder = new ProcessBuilder(Program.command("audit", "--every", "1s", "--port", "9007"));
        builder.environment().put("KUBECONFIG", Program.kubeconfig(cluster, "fargate-webhook", "fargate-webhook-audit").toString());
        var log = Path.of("target/e2e/audit-every.log").toFile();
        var process = builder.redirectErrorStream(true).redirectOutput(log).start();
        try {
            var metric = "fargate_webhook_pods{namespace=\"" + namespace + "\",reason=\"NotLabelled\",state=\"Missed\",} 2.0";
            Await.until("/q/metrics has " + metric + "; log: " + log, SOON, () -> get("/q/metrics"), text -> text.contains(metric));
            assertThat(get("/q/health/live")).startsWith("the latest audit was at ");
            sleep(Duration.ofSeconds(3));
            var events = cluster.client().v1().events().inNamespace(namespace).withField("reason", "NotOnFargate").list().getItems();
            assertThat(events).singleElement().satisfies(event -> {
                assertThat(event.getInvolvedObject().getKind()).isEqualTo("Deployment");
                assertThat(event.getInvolvedObject().getName()).isEqualTo("api");
                assertThat(event.getInvolvedObject().getUid())
                        .isEqualTo(cluster.client().apps().deployments().inNamespace(namespace).withName("api").get().getMetadata().getUid());
                assertThat(event.getType()).isEqualTo("Warning");
                assertThat(event.getMessage()).startsWith("2 of 2 pods: Missed NotLabelled, created without label fargate=yes");
            });
        } finally {
            process.destroy();
            process.waitFor();
            cluster.command("kubectl", "delete", "-n", "fargate-webhook", "-l", "app.kubernetes.io/component=audit",
                    "deployment,networkpolicy,serviceaccount,clusterrole,clusterrolebinding").run(SOON);
        }
    }

    private static String get(String path) {
        try (var in = URI.create("http://127.0.0.1:9007" + path).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
