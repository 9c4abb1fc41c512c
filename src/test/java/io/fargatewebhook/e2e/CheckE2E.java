package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fargatewebhook.certificates.Issued;
import io.fargatewebhook.certificates.Pem;
import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.eks.FargateProfile;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.Command;
import io.fargatewebhook.e2e.kube.ControlPlane;
import io.fargatewebhook.e2e.kube.Pods;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code check} finds each way in which pods are missed, and says what it is; on a cluster in order it says so. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckE2E {
    private static final String EKS = "0500-amazon-eks-fargate-mutation.amazonaws.com";
    private static final String ADVISE = "fargate-webhook-advise";
    private static final String ACCOUNT = "checker";
    /** ServiceAccount, roles and Job of docs/check.md. */
    private static final String ROLE = "fargate-webhook-check";
    private static final Path OUTPUT = Path.of("target/e2e");

    private ControlPlane cluster;
    private Installation installation;
    private TestNamespaces namespaces;
    private EksStandIn eks;
    private WebhookProcess webhook;
    private WebhookProcess second;
    private String namespace;
    private MutatingWebhookConfiguration real;
    private Secret secret;
    private final List<Runnable> undo = new ArrayList<>();

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) {
        this.cluster = cluster;
        this.installation = installation;
        this.namespaces = namespaces;
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), List.of(EksStandIn.PLATFORM));
        webhook = installation.webhook(Map.of());
        // As many as the Deployment has.
        second = installation.launch("check-second", 8444, 9001, Map.of()).awaitReady();
        installation.route(webhook, second);
        namespace = namespaces.create("checkout", Map.of("fargate", "yes"));
        real = cluster.webhooks(Installation.CONFIGURATION);
        secret = secret().get();
    }

    @AfterAll
    void stop() {
        installation.route(webhook);
        if (second != null) {
            second.kill();
        }
        if (eks != null) {
            eks.close();
        }
    }

    @AfterEach
    void putBack() {
        undo.forEach(Runnable::run);
        if (!undo.isEmpty()) {
            awaitDryRun("labeled and taken", answer -> Installation.isLabeled(answer) && Installation.isTaken(answer));
        }
        undo.clear();
    }

    @Test
    void aClusterInOrder() {
        var result = check("healthy");

        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        assertThat(result.out())
                .contains("0400-fargate-webhook exists and sorts before EKS' " + EKS)
                .contains("the caBundle of 0400-fargate-webhook and fargate-webhook-advise trusts the certificate")
                .contains("has 2 of 2 replicas ready")
                .contains(namespace + " (fargate=yes): a dry-run pod comes back with schedulerName fargate-scheduler, profile")
                .endsWith("all is well\n")
                .doesNotContain("warning", "failure", "\u001b", "✓");
        assertThat(result.err()).isEmpty();
        assertThat(cluster.client().pods().inNamespace(namespace).list().getItems()).as("nothing is left").isEmpty();
    }

    @Test
    void anotherCaInTheCaBundle() {
        setCaBundle(Pem.of(List.of(issue(Duration.ofDays(1)).ca())));
        temporary("payments", "Yes");
        awaitDryRun("without the label", answer -> !Installation.isLabeled(answer));

        assertFails(check("stale-cabundle"))
                .contains("the caBundle of 0400-fargate-webhook does not trust the certificate")
                .contains("every call fails open: pods are created without the label")
                .contains("see docs/certificates.md#stale-cabundle")
                .contains(namespace + " (fargate=yes): a dry-run pod comes back without the label fargate=yes")
                .contains("what is wrong with the certificate or the Service above explains it");
    }

    @Test
    void noCaBundle() {
        setCaBundle("");

        assertFails(check("no-cabundle"))
                .contains("0400-fargate-webhook has no caBundle, so the API server trusts no certificate")
                .doesNotContain("does not trust");
    }

    @Test
    void anExpiredCertificate() {
        var expired = issue(Duration.ofMinutes(-1));
        setSecret(expired);
        setCaBundle(Pem.of(List.of(expired.ca())));

        assertFails(check("expired"))
                .contains("the certificate in Secret fargate-webhook/fargate-webhook-tls has expired, at "
                        + expired.certificate().getNotAfter().toInstant())
                .doesNotContain("the caBundle of 0400-fargate-webhook does not");
    }

    @Test
    void noReplicaIsReady() {
        installation.route();
        undo.add(() -> installation.route(webhook, second));

        assertFails(check("down")).contains("Service fargate-webhook/fargate-webhook has no replica that is ready");
    }

    @Test
    void nobodyAdvises() {
        var advise = cluster.client().admissionRegistration().v1().validatingWebhookConfigurations().withName(ADVISE).get();
        undo.add(() -> {
            advise.getMetadata().setResourceVersion(null);
            cluster.client().resource(advise).create();
        });
        cluster.client().resource(advise).delete();

        var result = check("no-advice");

        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out()).contains("warning fargate-webhook-advise does not exist").endsWith("1 warning\n");
    }

    @Test
    void oneReplicaOfTwo() {
        installation.route(webhook);
        undo.add(() -> installation.route(webhook, second));

        var result = check("one-replica");

        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out()).contains("has 1 of 2 replicas ready").endsWith("1 warning\n");
    }

    @Test
    void noFargateProfileAtAll() {
        restartEks(List.of());
        awaitDryRun("labeled and not taken", answer -> Installation.isLabeled(answer) && !Installation.isTaken(answer));

        assertFails(check("no-profile"))
                .contains(EKS + " does not exist: the cluster has no Fargate profile, so no pod runs on Fargate")
                .contains("gets the label fargate=yes, yet EKS does not take it (schedulerName default-scheduler)")
                .contains("what is wrong with the configuration above explains it");
    }

    @Test
    void aProfileThatDoesNotSelect() throws IOException {
        restartEks(List.of(FargateProfile.of("fp-other", "other-*", Map.of("fargate", "yes"))));
        awaitDryRun("labeled and not taken", answer -> Installation.isLabeled(answer) && !Installation.isTaken(answer));

        assertFails(check("profile-elsewhere"))
                .contains("yet EKS does not take it")
                .contains("no Fargate profile selects pods of this namespace with label fargate=yes");

        var profiles = Files.writeString(
                OUTPUT.resolve("check-profiles.json"),
                "- {fargateProfileName: fp-other, selectors: [{namespace: 'other-*', labels: {fargate: 'yes'}}]}");
        assertFails(check("profile-elsewhere-given", "--profiles", profiles.toString()))
                .contains("none of the given profiles selects pods of this namespace with label fargate=yes");
    }

    @Test
    void aProfileThatTakesAll() throws IOException {
        var profiles = Files.writeString(
                OUTPUT.resolve("check-profiles-all.json"),
                "{\"fargateProfileName\":\"fp-all\",\"selectors\":[{\"namespace\":\"checkout-*\"}]}");

        var result = check("profile-all", "--profiles", profiles.toString());

        assertThat(result.out()).contains(namespace + " (fargate=yes): profile fp-all takes its pods with or without our label")
                .contains("eks.amazonaws.com/compute-type: ec2");
    }

    @Test
    void aNameThatSortsLate() {
        var late = "prod-0400-fargate-webhook";
        cluster.client().resource(copy(late)).create();
        undo.add(() -> cluster.client().admissionRegistration().v1().mutatingWebhookConfigurations().withName(late).delete());
        var second = check("second-configuration");
        assertThat(second.exit()).as(second.out()).isZero();
        assertThat(second.out()).contains(late + " is a second configuration with the webhook label.fargate-webhook.io");

        cluster.client().resource(real).delete();
        undo.add(() -> cluster.client().resource(copy(Installation.CONFIGURATION)).create());
        awaitDryRun("labeled and not taken", answer -> Installation.isLabeled(answer) && !Installation.isTaken(answer));

        assertFails(check("renamed"))
                .contains("0400-fargate-webhook was renamed to " + late + ", which sorts after EKS' " + EKS
                        + ": labels arrive too late")
                .contains("see docs/failure-modes.md#wrong-order");
    }

    @Test
    void namespacesThatAreNotMoved() {
        var slip = temporary("payments", "Yes");
        var report = temporary("report", "report");
        var out = temporary("out", "no");
        label("kube-public", "yes");
        undo.add(() -> label("kube-public", null));
        var full = temporary("full", "yes");
        cluster.client().resource(new ResourceQuotaBuilder()
                        .withNewMetadata().withNamespace(full).withName("full").endMetadata()
                        .withNewSpec().withHard(Map.of("pods", new Quantity("0"))).endSpec()
                        .build())
                .create();
        Await.until(
                "the quota is in force", Duration.ofSeconds(30), () -> cluster.pods().dryRun(TestPods.pod(full, "probe")),
                answer -> answer.status() == 403);

        var result = check("namespaces");

        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out())
                .contains("warning " + slip + " (fargate=Yes): value not known, nothing happens; did you mean yes?")
                .contains("ok      " + report + " (fargate=report): what would be labeled is only counted and logged")
                .contains("ok      " + out + " (fargate=no): its pods are left alone")
                .contains("warning kube-public (fargate=yes): the webhook leaves this namespace out")
                .contains("warning " + full + " (fargate=yes): could not be checked, since somebody else refuses")
                .contains("exceeded quota: full");
    }

    @Test
    void othersThatChangePods() {
        var name = "istio-sidecar-injector";
        var other = copy(name);
        other.getWebhooks().remove(1);
        var injector = other.getWebhooks().get(0);
        injector.setName("sidecar-injector.istio.io");
        injector.setObjectSelector(new LabelSelectorBuilder()
                .addToMatchLabels("selected-by", "nobody").build());
        cluster.client().resource(other).create();
        undo.add(() -> cluster.client().resource(other).delete());
        var identity = new MutatingWebhookConfigurationBuilder(other)
                .editMetadata().withName("pod-identity-webhook").endMetadata()
                .build();
        cluster.client().resource(identity).create();
        undo.add(() -> cluster.client().resource(identity).delete());
        // Without a binding it does nothing.
        var policy = cluster.client().load(new ByteArrayInputStream("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicy
                metadata: {name: team-labels}
                spec:
                  matchConstraints:
                    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
                  failurePolicy: Ignore
                  reinvocationPolicy: Never
                  mutations:
                  - patchType: ApplyConfiguration
                    applyConfiguration: {expression: "Object{metadata: Object.metadata{labels: {'team': 'a'}}}"}
                """.getBytes(StandardCharsets.UTF_8)));
        policy.create();
        undo.add(policy::delete);

        var result = check("others");

        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out())
                .contains("2 others change new pods of these namespaces")
                .contains("about the pod as they leave it: team-labels (MutatingAdmissionPolicy)\n")
                .contains("after ours, so what they add is not seen, and Fargate may refuse it: istio-sidecar-injector\n")
                .contains("ok      pod-identity-webhook is EKS' own and harmless")
                .endsWith("1 warning\n");
    }

    @Test
    void forPrograms() throws IOException {
        setCaBundle("");

        var result = check("json", "-o", "json");

        assertThat(result.exit()).isEqualTo(1);
        var root = new ObjectMapper().readTree(result.out());
        assertThat(root.path("status").asText()).isEqualTo("failure");
        assertThat(root.path("checks")).anySatisfy(line -> {
            assertThat(line.path("section").asText()).isEqualTo("certificate");
            assertThat(line.path("status").asText()).isEqualTo("failure");
            assertThat(line.path("docs").asText()).isEqualTo("docs/certificates.md#stale-cabundle");
        });
    }

    @Test
    void itsHelpTeaches() {
        var help = new Command(Program.command("check", "--help"), Map.of()).run(Duration.ofMinutes(1)).succeeded().out();

        assertThat(help).contains("2   it could not be checked, or the command line is wrong", "jq -r", "docs/check.md");
    }

    @Test
    void noApiServer() throws IOException {
        var kubeconfig = Files.writeString(OUTPUT.resolve("nowhere.kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """);

        var result = check(kubeconfig);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("fargate-webhook: The API server cannot be reached (connection refused)")
                .hasLineCount(1);
    }

    @Test
    void theRightsThatTheDocumentationAsksForAreEnough() throws IOException {
        var yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("docs/check.md")));
        assertThat(yaml.find()).isTrue();
        var objects = cluster.client().load(new ByteArrayInputStream(yaml.group(1).getBytes(StandardCharsets.UTF_8)));
        objects.create();
        undo.add(() -> objects.withPropagationPolicy(DeletionPropagation.BACKGROUND).delete());
        Await.until(
                "admission takes the Job's pod",
                Duration.ofSeconds(30),
                () -> cluster.client().pods().inNamespace("fargate-webhook").withLabel("job-name", ROLE).list(),
                pods -> !pods.getItems().isEmpty());

        var result = check(Program.kubeconfig(cluster, "fargate-webhook", ROLE));

        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        assertThat(result.out()).endsWith("all is well\n");
    }

    @Test
    void withLessRightsItWarns() {
        var few = new ClusterRoleBuilder()
                .withNewMetadata().withName("few").endMetadata()
                .addNewRule()
                    .withApiGroups("admissionregistration.k8s.io")
                    .withResources("mutatingwebhookconfigurations")
                    .withVerbs("list")
                .endRule()
                .addNewRule().withApiGroups("").withResources("namespaces").withVerbs("list").endRule()
                .build();

        var result = check(kubeconfigFor(few));

        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        assertThat(result.out())
                .contains("ok      0400-fargate-webhook exists")
                .contains("warning Secret fargate-webhook/fargate-webhook-tls could not be checked: ")
                .contains("warning Service fargate-webhook/fargate-webhook could not be checked: ")
                .contains("warning fargate-webhook-advise could not be checked: ")
                .contains("warning MutatingAdmissionPolicies could not be checked: ")
                .contains("warning " + namespace + " (fargate=yes): a dry-run pod could not be checked: pods is forbidden: User")
                .contains("see docs/check.md#rights");
    }

    @Test
    void withoutRightsItCannot() {
        var none = new ClusterRoleBuilder().withNewMetadata().withName("none").endMetadata().build();

        var result = check(kubeconfigFor(none));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("The API server says: ").contains("cannot list resource").hasLineCount(1);
    }

    private Command.Result check(String log, String... options) {
        var words = new ArrayList<>(List.of("check"));
        words.addAll(List.of(options));
        var result = cluster.command(Program.command(words.toArray(String[]::new)).toArray(String[]::new))
                .run(Duration.ofMinutes(1));
        keep(log, result);
        return result;
    }

    private static Command.Result check(Path kubeconfig) {
        return new Command(Program.command("check"), Map.of("KUBECONFIG", kubeconfig.toString())).run(Duration.ofMinutes(1));
    }

    /** For whoever wants to see what people see. */
    private static void keep(String log, Command.Result result) {
        try {
            Files.writeString(OUTPUT.resolve("check-" + log + ".txt"), result.out() + result.err());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AbstractStringAssert<?> assertFails(Command.Result result) {
        assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(1);
        assertThat(result.err()).isEmpty();
        return assertThat(result.out()).containsPattern("\\d+ problems?(, \\d+ warnings?)?\n$");
    }

    private void restartEks(List<FargateProfile> profiles) {
        undo.add(() -> {
            eks.close();
            eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), List.of(EksStandIn.PLATFORM));
        });
        eks.close();
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), profiles);
    }

    private Path kubeconfigFor(ClusterRole role) {
        var account = new ServiceAccountBuilder()
                .withNewMetadata().withName(ACCOUNT).withNamespace(namespace).endMetadata()
                .build();
        var binding = new ClusterRoleBindingBuilder()
                .withNewMetadata().withName("check-e2e").endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role.getMetadata().getName())
                .addNewSubject().withKind("ServiceAccount").withName(ACCOUNT).withNamespace(namespace).endSubject()
                .build();
        for (var object : List.of(account, role, binding)) {
            cluster.client().resource(object).create();
            undo.add(() -> cluster.client().resource(object).delete());
        }
        return Program.kubeconfig(cluster, namespace, ACCOUNT);
    }

    private MutatingWebhookConfiguration copy(String name) {
        return new MutatingWebhookConfigurationBuilder(real)
                .withNewMetadata()
                    .withName(name)
                    .withLabels(real.getMetadata().getLabels())
                    .withAnnotations(real.getMetadata().getAnnotations())
                .endMetadata()
                .build();
    }

    private static Issued issue(Duration validity) {
        return Issued.issue(List.of("fargate-webhook.fargate-webhook.svc"), List.of(), validity);
    }

    private Resource<Secret> secret() {
        return cluster.client().secrets().inNamespace("fargate-webhook").withName("fargate-webhook-tls");
    }

    private void setSecret(Issued issued) {
        secret().edit(found -> new SecretBuilder(found)
                .addToData("tls.crt", base64(Pem.of(List.of(issued.certificate()))))
                .addToData("tls.key", base64(Pem.of(issued.key())))
                .build());
        undo.add(() -> secret().edit(found -> new SecretBuilder(found).withData(secret.getData()).build()));
    }

    private void setCaBundle(String pem) {
        editCaBundles(i -> base64(pem));
        undo.add(() -> editCaBundles(i -> real.getWebhooks().get(i).getClientConfig().getCaBundle()));
    }

    private void editCaBundles(IntFunction<String> bundle) {
        var configurations = cluster.client().admissionRegistration().v1().mutatingWebhookConfigurations();
        configurations.withName(Installation.CONFIGURATION).edit(found -> {
            for (int i = 0; i < found.getWebhooks().size(); i++) {
                found.getWebhooks().get(i).getClientConfig().setCaBundle(bundle.apply(i));
            }
            return found;
        });
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String temporary(String prefix, String value) {
        var name = namespaces.create(prefix, Map.of("fargate", value));
        undo.add(() -> cluster.client().namespaces().withName(name).delete());
        return name;
    }

    private void label(String name, String value) {
        cluster.client().namespaces().withName(name).edit(found -> {
            var builder = new NamespaceBuilder(found).editMetadata();
            var labeled = value == null ? builder.removeFromLabels("fargate") : builder.addToLabels("fargate", value);
            return labeled.endMetadata().build();
        });
    }

    private void awaitDryRun(String what, Predicate<Pods.Answer> expected) {
        Await.until(
                "a dry-run pod comes back " + what,
                Duration.ofSeconds(30),
                () -> cluster.pods().dryRun(TestPods.pod(namespace, "probe")),
                expected);
    }
}
