package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import io.fargatewebhook.e2e.kube.Pods;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * k8s/components/guard finds every pod that should be on Fargate and will not be, and no other. A guard that cries wolf is soon
 * switched off, so the pods for which it must be silent matter as much.
 */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
// First what needs the webhook to be down, because a start takes a while.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuardE2E {
    private static final String GUARD = "fargate-webhook-guard";
    private static final String MISSED = "the webhook missed this pod";
    private static final String NOT_TAKEN = "EKS did not take this pod";


    private static final Duration SOON = Duration.ofSeconds(30);

    private ControlPlane cluster;
    private Installation installation;
    private PodTable table;
    private WebhookProcess webhook;
    private String namespace;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) throws Exception {
        this.cluster = cluster;
        this.installation = installation;
        table = new PodTable(cluster, namespaces);
        namespace = table.namespace("e2e");
        apply("guard");
        // What another class left running.
        webhookWorks();
        webhookIsDown();
    }

    @AfterAll
    void stop() {
        cluster.client().admissionRegistration().v1().validatingAdmissionPolicies().withName(GUARD).delete();
        cluster.client().admissionRegistration().v1().validatingAdmissionPolicyBindings().withName(GUARD).delete();
        if (namespace != null) {
            // Other classes mind a warning.
            Await.until("the guard is gone", SOON, this::notTaken, answer -> found(answer).isEmpty());
        }
        if (table != null) {
            table.close();
        }
    }

    static Stream<PodRow> rows() {
        return PodRow.all();
    }

    @Order(1)
    @ParameterizedTest
    @MethodSource("rows")
    void findsWhatTheWebhookMissedWhileItIsDown(PodRow row) {
        webhookIsDown();

        var answer = cluster.pods().dryRun(table.pod(row, row.name()));

        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        // It does not know the profiles: to it, a pod that no profile selects is a pod missed.
        assertFound(answer, List.of("Labelled", "NoProfile").contains(row.reason()) ? MISSED : null);
    }

    @Order(2)
    @ParameterizedTest
    @MethodSource("rows")
    void isSilentWhileTheWebhookWorks(PodRow row) {
        webhookWorks();

        var answer = cluster.pods().dryRun(table.pod(row, row.name()));

        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        // This webhook does not know the profiles either, and labels such a pod.
        var noProfile = row.reason().equals("NoProfile");
        assertFound(answer, noProfile ? NOT_TAKEN : null);
        assertThat(Installation.isLabeled(answer)).isEqualTo(row.hasLabelThen() || noProfile);
    }

    @Order(1)
    @ParameterizedTest
    @ValueSource(strings = {"DaemonSet", "ReplicaSet"})
    void podsOfDaemonSetsAreNotMissed(String kind) {
        webhookIsDown();
        var pod = new PodBuilder(TestPods.pod(namespace, "owned"))
                .editMetadata()
                    .addNewOwnerReference()
                        .withApiVersion("apps/v1").withKind(kind).withName("owner").withUid("3f2a").withController(true)
                    .endOwnerReference()
                .endMetadata()
                .build();

        assertFound(cluster.pods().dryRun(pod), kind.equals("DaemonSet") ? null : MISSED);
    }

    /** Init containers come one after another, sidecars stay: only sums of what runs at a time count. */
    @Order(1)
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void countsTheRequestsOfInitContainersAsFargateDoes(boolean sidecarFirst) {
        webhookIsDown();
        var sidecar = new ContainerBuilder(container("proxy", "9")).withRestartPolicy("Always").build();
        var setup = container("setup", "9");
        var pod = new PodBuilder(TestPods.pod(namespace, "inits"))
                .editSpec()
                    .withInitContainers(sidecarFirst ? List.of(sidecar, setup) : List.of(setup, sidecar))
                    .withContainers(container("app", "7"))
                .endSpec()
                .build();

        assertFound(cluster.pods().dryRun(pod), sidecarFirst ? null : MISSED);
    }

    /** What a Fargate node is like: FargateNode says the same. */
    @Order(1)
    @ParameterizedTest
    @CsvSource({
        "kubernetes.io/os,               In,           linux,      true",
        "kubernetes.io/os,               In,           windows,    false",
        "kubernetes.io/os,               Exists,       ,           true",
        "kubernetes.io/os,               DoesNotExist, ,           false",
        "topology.kubernetes.io/zone,    In,           us-west-2a, true",
        "topology.kubernetes.io/zone,    NotIn,        us-west-2a, true",
        "topology.kubernetes.io/zone,    DoesNotExist, ,           false",
        "kubernetes.io/hostname,         In,           worker-1,   false",
        "kubernetes.io/hostname,         Exists,       ,           true",
        "example.com/disk,               In,           ssd,        false",
        "example.com/disk,               NotIn,        ssd,        true",
        "example.com/disk,               Exists,       ,           false",
        "example.com/disk,               DoesNotExist, ,           true",
        "example.com/disks,              Gt,           1,          false",
        "eks.amazonaws.com/compute-type, NotIn,        fargate,    false",
    })
    void respectsNodeAffinity(String key, String operator, String value, boolean fits) {
        webhookIsDown();
        var asked = new NodeSelectorRequirementBuilder().withKey(key).withOperator(operator);
        var never = new NodeSelectorRequirementBuilder().withKey("never").withOperator("Exists").build();
        if (value != null) {
            asked.withValues(value);
        }
        // Terms are alternatives, and the requirements of one term are not.
        var pod = new PodBuilder(TestPods.pod(namespace, "affinity"))
                .editSpec()
                    .withNewAffinity().withNewNodeAffinity().withNewRequiredDuringSchedulingIgnoredDuringExecution()
                        .addNewNodeSelectorTerm().withMatchExpressions(asked.build(), never).endNodeSelectorTerm()
                        .addNewNodeSelectorTerm().withMatchExpressions(asked.build()).endNodeSelectorTerm()
                    .endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity()
                .endSpec()
                .build();

        assertFound(cluster.pods().dryRun(pod), fits ? MISSED : null);
    }

    /** The API server stops an expression that costs too much, and the finding would be lost. */
    @Order(1)
    @Test
    void aPodWithManyContainersIsWithinTheBudget() {
        webhookIsDown();
        var pod = new PodBuilder(TestPods.pod(namespace, "many"))
                .editSpec()
                    .withInitContainers(IntStream.range(0, 20)
                            .mapToObj(i -> new ContainerBuilder(container("init-" + i, "10m"))
                                    .withRestartPolicy(i % 2 == 0 ? "Always" : null)
                                    .build())
                            .toList())
                    .withContainers(IntStream.range(0, 20).mapToObj(i -> container("app-" + i, "10m")).toList())
                .endSpec()
                .build();

        assertFound(cluster.pods().dryRun(pod), MISSED);
    }

    @Order(1)
    @ParameterizedTest
    @ValueSource(strings = {"", "no", "report"})
    void otherNamespacesAreNotGuarded(String value, TestNamespaces namespaces) {
        webhookIsDown();
        var other = namespaces.create("e2e-unguarded", value.isEmpty() ? Map.of() : Map.of("fargate", value));

        assertFound(cluster.pods().dryRun(TestPods.pod(other, "other")), null);
    }

    @Order(2)
    @Test
    void findsPodsThatAreLabeledTooLate() {
        webhookWorks();
        try (var real = new SetAside(cluster, installation)) {
            var late = real.named("0600-fargate-webhook");
            cluster.client().resource(late).create();
            try {
                var answer = Await.until(
                        "a pod is labeled and not taken",
                        SOON,
                        () -> cluster.pods().dryRun(TestPods.pod(namespace, "late")),
                        found -> Installation.isLabeled(found)
                                && found.pod().getSpec().getSchedulerName().equals("default-scheduler"));
                assertFound(answer, NOT_TAKEN);
            } finally {
                cluster.client().resource(late).delete();
            }
        }
        Await.until(
                "a pod is taken again",
                SOON,
                () -> cluster.pods().dryRun(TestPods.pod(namespace, "in-time")),
                found -> found.pod().getSpec().getSchedulerName().equals("fargate-scheduler"));
    }

    /** Nobody sees the warnings that a ReplicaSet gets. */
    @Order(1)
    @Test
    void podsOfADeploymentAreCountedAndAudited() {
        webhookIsDown();
        var counted = counter("audit");
        var failed = counter("allow");
        var labels = Map.of("app", "missed");

        cluster.client().resource(TestPods.deployment(namespace, "missed", 3)).create();

        Await.until(
                "three pods",
                SOON,
                () -> cluster.client().pods().inNamespace(namespace).withLabels(labels).list().getItems(),
                pods -> pods.size() == 3);
        assertThat(counter("audit")).isEqualTo(counted + 3);
        assertThat(counter("allow")).as("expressions that failed").isEqualTo(failed);
        cluster.auditLog().ifPresent(log -> {
            var replicaSet = cluster.client().apps().replicaSets().inNamespace(namespace).withLabels(labels).list().getItems();
            var creation = log.generated(namespace, replicaSet.get(0).getMetadata().getName() + "-");
            assertThat(creation.note(GUARD, "finding")).contains("Missed");
            assertThat(creation.failedOpen()).containsExactly(Installation.LABEL_WEBHOOK);
        });
    }

    @Order(1)
    @Test
    void theAuditLogNamesTheFinding() {
        assumeThat(cluster.auditLog()).isPresent();
        var log = cluster.auditLog().orElseThrow();
        webhookIsDown();

        var missed = cluster.pods().dryRun(TestPods.pod(namespace, "missed"));
        var notTaken = notTaken();
        var optedOut = cluster.pods().dryRun(PodRow.named("opt-out-label").pod(namespace, "opted-out"));

        assertThat(log.of(missed).note(GUARD, "finding")).contains("Missed");
        assertThat(log.of(notTaken).note(GUARD, "finding")).contains("NotTaken");
        assertThat(log.of(optedOut).note(GUARD, "finding")).isEmpty();
    }

    @Order(2)
    @Test
    void denyRefusesWhatItFinds() {
        webhookIsDown();
        apply("guard-deny");
        try {
            var pod = TestPods.pod(namespace, "refused");
            var answer = Await.until(
                    "pods are refused", SOON, () -> cluster.pods().dryRun(pod), found -> found.status() != 201);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.message()).contains(GUARD).contains(MISSED);
            assertThat(cluster.pods().create(pod).status()).isEqualTo(403);
            assertThat(cluster.pods().dryRun(PodRow.named("opt-out-label").pod(namespace, "out")).status()).isEqualTo(201);
            assertThat(cluster.pods().dryRun(PodRow.named("privileged").pod(namespace, "unfit")).status()).isEqualTo(201);

            webhookWorks();
            assertThat(cluster.pods().create(pod).status()).isEqualTo(201);
        } finally {
            apply("guard");
            webhookIsDown();
        }
    }

    @Order(2)
    @ParameterizedTest
    @ValueSource(strings = {"k8s/overlays/guard", "k8s/overlays/guard-deny"})
    void appliesTwiceWithoutAWarning(String kustomization) {
        try {
            for (var options : List.of(List.of(), List.of(), List.of("--server-side"), List.of("--server-side"))) {
                var words = Stream.concat(Stream.of("kubectl", "apply", "-k", kustomization), options.stream());
                var applied = cluster.command(words.toArray(String[]::new)).run(Duration.ofMinutes(1)).succeeded();
                assertThat(applied.err()).isEmpty();
                assertThat(applied.out()).contains("/" + GUARD);
            }
        } finally {
            apply("guard");
        }
    }

    private void apply(String overlay) {
        cluster.command("kubectl", "apply", "-k", "k8s/overlays/" + overlay).run(Duration.ofMinutes(1)).succeeded();
    }

    /** Nobody answers, and the guard is in force and does not deny. */
    private void webhookIsDown() {
        // An API server would go on using its connection to a process that is no longer an endpoint.
        if (webhook != null) {
            webhook.kill();
            webhook = null;
        }
        installation.route();
        Await.until(
                "a pod is missed and the guard says so",
                SOON,
                () -> cluster.pods().dryRun(TestPods.pod(namespace, "probe")),
                answer -> answer.status() == 201 && !Installation.isLabeled(answer) && !found(answer).isEmpty());
    }

    private void webhookWorks() {
        webhook = installation.webhook(Map.of());
    }

    /** A pod with the label that no profile selects, whether or not the webhook works. */
    private Pods.Answer notTaken() {
        return cluster.pods().dryRun(PodRow.named("labeled").pod(table.namespace("elsewhere"), "not-taken"));
    }

    private static Container container(String name, String cpu) {
        return new ContainerBuilder()
                .withName(name)
                .withImage("example.com/" + name)
                .withNewResources().addToRequests("cpu", new Quantity(cpu)).endResources()
                .build();
    }

    /** The one finding whose message begins so, or none. */
    private static void assertFound(Pods.Answer answer, String message) {
        if (message == null) {
            assertThat(found(answer)).isEmpty();
        } else {
            assertThat(found(answer)).singleElement().asString().contains("': " + message).hasSizeLessThanOrEqualTo(256);
        }
    }

    private static List<String> found(Pods.Answer answer) {
        return answer.warnings().stream().filter(warning -> warning.contains(GUARD)).toList();
    }

    private long counter(String action) {
        var line = Pattern.compile("^apiserver_validating_admission_policy_check_total\\{(?=[^}]*policy=\"" + GUARD
                + "\")(?=[^}]*enforcement_action=\"" + action + "\")[^}]*} (\\d+)$", Pattern.MULTILINE);
        return line.matcher(cluster.client().raw("/metrics"))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }
}
