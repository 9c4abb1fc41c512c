package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidationBuilder;
import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A real Prometheus with the rules of k8s/components/monitoring scrapes a real API server, the webhook and the audit, while
 * calls fail in every way: each series that a rule or the dashboard asks for is there, and the alerts say what happened.
 */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonitoringE2E {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path FOLDER = Path.of("target/e2e/prometheus").toAbsolutePath();
    private static final Path CRDS = Path.of("src/test/resources/e2e/prometheus-operator.yaml");
    private static final String OVERLAY = "k8s/overlays/monitoring";
    private static final String GUARD = "fargate-webhook-guard";
    private static final String OURS = "fargate-webhook";
    private static final int AUDIT_PORT = 9007;

    private ControlPlane cluster;
    private Installation installation;
    private EksStandIn eks;
    private boolean ownCrds;
    private Process audit;
    private Prometheus prometheus;
    private JsonNode rules;
    private String namespace;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) throws Exception {
        assumeThat(Prometheus.isInstalled()).as("prometheus is not on the PATH; Debian's package is \"prometheus\"").isTrue();
        this.cluster = cluster;
        this.installation = installation;
        Files.createDirectories(FOLDER);
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), List.of(EksStandIn.PLATFORM));
        installation.webhook(Map.of());
        namespace = namespaces.create("e2e-monitoring", Map.of("fargate", "yes"));
        var report = namespaces.create("e2e-monitoring-report", Map.of("fargate", "report"));

        ownCrds = kubectl("get", "crd", "prometheusrules.monitoring.coreos.com", "--ignore-not-found", "-o", "name").isEmpty();
        if (ownCrds) {
            kubectl("apply", "-f", CRDS.toString());
            kubectl("wait", "--for=condition=Established", "-f", CRDS.toString());
        }
        Await.until(
                OVERLAY + " is applied, once the API server serves the new kinds",
                SOON,
                () -> cluster.command("kubectl", "apply", "-k", OVERLAY).run(SOON),
                applied -> applied.exit() == 0);
        // What the operator would read, and what Grafana's sidecar would.
        rules = object("prometheusrule", OURS).path("spec");

        var command = new ProcessBuilder(Program.command("audit", "--every", "1s", "--port", String.valueOf(AUDIT_PORT)));
        command.environment().put("KUBECONFIG", Program.kubeconfig(cluster, OURS, "fargate-webhook-audit").toString());
        audit = command.redirectErrorStream(true).redirectOutput(FOLDER.resolve("audit.log").toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(audit::destroyForcibly));
        prometheus = new Prometheus(FOLDER, configuration());

        traffic();
        everyFault(report);
        installation.webhook(Map.of());
        traffic();
    }

    @AfterAll
    void stop() throws Exception {
        if (prometheus != null) {
            prometheus.close();
        }
        if (audit != null) {
            audit.destroy();
            audit.waitFor();
        }
        if (rules != null) {
            for (var component : List.of("metrics", "audit", "guard")) {
                kubectl("delete", "-n", OURS, "-l", "app.kubernetes.io/component=" + component, "--ignore-not-found",
                        "deployment,service,configmap,networkpolicy,serviceaccount,clusterrole,clusterrolebinding,"
                                + "validatingadmissionpolicy,validatingadmissionpolicybinding,servicemonitor,prometheusrule");
            }
            // Other classes mind its warnings. It has one to give while nobody answers.
            installation.webhook(Map.of()).kill();
            installation.route();
            Await.until(
                    "the guard is gone",
                    SOON,
                    () -> cluster.pods().dryRun(TestPods.pod(namespace, "probe")),
                    answer -> answer.warnings().stream().noneMatch(warning -> warning.contains(GUARD)));
        }
        if (ownCrds) {
            kubectl("delete", "-f", CRDS.toString(), "--ignore-not-found");
        }
        if (eks != null) {
            eks.close();
        }
    }

    @Test
    void theServicesSelectThePodsThatHaveThePort() {
        assertThat(services()).allSatisfy(service -> {
            var component = service.getMetadata().getName().contains("audit") ? "audit" : "webhook";
            // Nobody runs them here, so the Deployments' pods wait; those of the certificates have no such port.
            var pods = Await.until(
                    "pods behind " + service.getMetadata().getName(),
                    SOON,
                    () -> cluster.client().pods().inNamespace(OURS).withLabels(service.getSpec().getSelector()).list().getItems(),
                    found -> !found.isEmpty());
            assertThat(pods).allSatisfy(pod -> {
                assertThat(pod.getMetadata().getLabels()).containsEntry("app.kubernetes.io/component", component);
                assertThat(pod.getSpec().getContainers().get(0).getPorts())
                        .anyMatch(port -> port.getName().equals("management") && port.getContainerPort() == 9000);
            });
            assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
            assertThat(service.getSpec().getPorts())
                    .singleElement()
                    .satisfies(port -> assertThat(port.getTargetPort().getStrVal()).isEqualTo("management"));
        });
    }

    @Test
    void allTargetsAreUp() {
        assertThat(prometheus.query("up")).hasSize(3).allSatisfy(up ->
                assertThat(up.path("value").path(1).asText()).as(up.toString()).isEqualTo("1"));
    }

    @Test
    void everySeriesThatARuleAsksForExists() {
        Set<String> selectors = new LinkedHashSet<>();
        MonitoringFiles.rules(rules).forEach(rule -> selectors.addAll(MonitoringFiles.selectors(rule.path("expr").asText())));

        assertThat(selectors).hasSizeGreaterThan(15).allSatisfy(selector -> {
            // An alert that has ended, a replica that was another process: the last half hour will do.
            assertThat(prometheus.query("count(last_over_time(" + selector + "[30m]))")).as(selector).isNotEmpty();
        });
    }

    @Test
    void everyQueryOfTheDashboardFindsSomething() throws IOException {
        var dashboard = object("configmap", "fargate-webhook-dashboard").path("data").path("fargate-webhook.json").asText();

        // A rate takes two scrapes of the replica that has just started; of a webhook that nobody calls any more it is NaN.
        assertThat(MonitoringFiles.queries(JSON.readTree(dashboard))).hasSizeGreaterThan(15).allSatisfy(query -> Await.until(
                query,
                Duration.ofSeconds(10),
                () -> prometheus.query(query.replace("$__rate_interval", "10m")),
                samples -> samples.stream().anyMatch(sample -> !sample.path("value").path(1).asText().equals("NaN"))));
    }

    @Test
    void theAlertsSayWhatHappened() {
        var pods = "FargateWebhookPodsNotOnFargate";
        var alerts = Await.until(
                "the audit has found the missed pod", SOON, this::alerts, found -> found.contains(pods + " pending"));

        assertThat(alerts).contains(
                "FargateWebhookFailsOpen firing",
                "FargateWebhookReportsFail firing",
                "FargateWebhookRejects firing",
                "FargateWebhookMatchConditionErrors firing",
                "FargateWebhookGuardFindings firing",
                "FargateWebhookGuardErrors firing",
                // There is one, and it has not been long.
                "FargateWebhookReplicasMissing pending");
        // Those of the rest that must be silent however slow this machine is.
        assertThat(alerts).noneMatch(alert ->
                alert.matches("FargateWebhook(Down|CertificateExpires|AuditStale|ApiServerNotScraped) .*"));
        // The pod's namespace, and not that of the audit.
        assertThat(prometheus.query("ALERTS{alertname=\"%s\",namespace=\"%s\",state=\"Missed\"}".formatted(pods, namespace)))
                .isNotEmpty();
    }

    private Set<String> alerts() {
        Set<String> alerts = new LinkedHashSet<>();
        prometheus.query("ALERTS").forEach(alert -> alerts.add(
                alert.path("metric").path("alertname").asText() + " " + alert.path("metric").path("alertstate").asText()));
        return alerts;
    }

    /** Something of each endpoint and of several reasons. */
    private void traffic() {
        var prefix = "p" + System.nanoTime() % 1_000_000;
        cluster.pods().create(TestPods.pod(namespace, prefix + "-fit"));
        cluster.pods().create(new PodBuilder(TestPods.pod(namespace, prefix + "-privileged"))
                .editSpec().withHostNetwork(true).endSpec()
                .build());
        cluster.client().resource(TestPods.deployment(namespace, prefix, 1)).create();
    }

    /** Every way in which calls and the guard fail, one after the other, until Prometheus has seen it. */
    private void everyFault(String report) {
        Supplier<Object> askForPod = () -> cluster.pods().dryRun(TestPods.pod(namespace, "probe"));
        cluster.pods().create(TestPods.pod(report, "reported"));

        // Nobody answers: calls fail open, and the guard finds the pods. Killed, because an API server would go on using its
        // connection to a process that is no longer an endpoint.
        installation.webhook(Map.of()).kill();
        installation.route();
        awaitSeries("fargate_webhook:fail_open:increase10m{name=\"label.fargate-webhook.io\"} > 0", askForPod);
        awaitSeries("fargate_webhook:guard:increase10m{enforcement_action=\"audit\"} > 0", askForPod);
        awaitSeries("fargate_webhook:fail_open:increase10m{name=\"report.fargate-webhook.io\"} > 0",
                () -> cluster.pods().dryRun(TestPods.pod(report, "probe")));
        assertThat(cluster.pods().create(TestPods.pod(namespace, "missed")).status()).isEqualTo(201);

        // Nobody answers, and that refuses pods.
        kubectl("apply", "-k", "k8s/overlays/fail-closed");
        try {
            awaitSeries("fargate_webhook:call_errors:increase10m > 0", askForPod);
        } finally {
            kubectl("apply", "-k", "k8s/base");
        }

        // A match condition fails: of a webhook that is named like ours.
        var broken = new MutatingWebhookConfigurationBuilder()
                .withNewMetadata().withName("e2e-broken").endMetadata()
                .addNewWebhook()
                    .withName("broken.fargate-webhook.io")
                    .withNewClientConfig().withUrl("https://127.0.0.1:1/").endClientConfig()
                    .addNewRule().withApiGroups("").withApiVersions("v1").withResources("pods").withOperations("CREATE").endRule()
                    .withNewNamespaceSelector().addToMatchLabels("kubernetes.io/metadata.name", namespace).endNamespaceSelector()
                    .addNewMatchCondition("object.metadata.annotations['nope'] == ''", "broken")
                    .withFailurePolicy("Ignore")
                    .withSideEffects("None")
                    .withAdmissionReviewVersions("v1")
                .endWebhook()
                .build();
        cluster.client().resource(broken).create();
        try {
            awaitSeries("fargate_webhook:match_condition_errors:increase10m > 0", askForPod);
        } finally {
            cluster.client().resource(broken).delete();
        }

        // An expression of the guard fails.
        cluster.client().admissionRegistration().v1().validatingAdmissionPolicies().withName(GUARD).edit(policy -> {
            policy.getSpec().getValidations().add(new ValidationBuilder()
                    .withExpression("object.metadata.annotations['nope'] == ''")
                    .build());
            return policy;
        });
        try {
            awaitSeries("fargate_webhook:guard:increase10m{enforcement_action=\"allow\"} > 0", askForPod);
        } finally {
            kubectl("apply", "-k", OVERLAY);
        }
    }

    private void awaitSeries(String query, Supplier<Object> cause) {
        Await.until(
                query,
                SOON,
                () -> {
                    var last = cause.get();
                    var found = prometheus.query(query);
                    return found.isEmpty() ? last : found;
                },
                answer -> answer instanceof List);
    }

    /** The ServiceMonitor, as Prometheus' configuration for processes on this machine; and the API server. */
    private Path configuration() throws IOException {
        var endpoint = object("servicemonitor", OURS).path("spec").path("endpoints").path(0);
        var jobs = new ArrayList<Map<String, Object>>();
        for (var service : services()) {
            var port = service.getMetadata().getName().contains("audit") ? AUDIT_PORT : 9000;
            jobs.add(Map.of(
                    "job_name", service.getMetadata().getName(),
                    "metrics_path", endpoint.path("path").asText(),
                    "honor_labels", endpoint.path("honorLabels").asBoolean(),
                    "static_configs", List.of(Map.of(
                            "targets", List.of("127.0.0.1:" + port),
                            "labels", Map.of("namespace", OURS, "pod", service.getMetadata().getName() + "-0")))));
        }
        var server = cluster.client().getMasterUrl();
        var config = cluster.client().getConfiguration();
        var tls = new LinkedHashMap<String, Object>();
        put(tls, "ca_file", config.getCaCertData(), config.getCaCertFile());
        put(tls, "cert_file", config.getClientCertData(), config.getClientCertFile());
        put(tls, "key_file", config.getClientKeyData(), config.getClientKeyFile());
        var apiServer = new LinkedHashMap<String, Object>(Map.of(
                "job_name", "apiserver",
                "scheme", "https",
                "tls_config", tls,
                "static_configs", List.of(Map.of("targets", List.of(server.getHost() + ":" + server.getPort())))));
        if (config.getAutoOAuthToken() != null) {
            apiServer.put("authorization", Map.of("credentials", config.getAutoOAuthToken()));
        }
        jobs.add(apiServer);
        // YAML takes JSON.
        var file = FOLDER.resolve("rules.yml");
        JSON.writeValue(file.toFile(), rules);
        var configuration = secret("prometheus.yml");
        JSON.writeValue(configuration.toFile(), Map.of(
                "global", Map.of("scrape_interval", "1s", "scrape_timeout", "1s", "evaluation_interval", "1s"),
                "rule_files", List.of(file.toString()),
                "scrape_configs", jobs));
        return configuration;
    }

    private static void put(Map<String, Object> tls, String key, String data, String file) throws IOException {
        if (data != null) {
            tls.put(key, Files.write(secret(key + ".pem"), Base64.getDecoder().decode(data)).toString());
        } else if (file != null) {
            tls.put(key, Path.of(file).toAbsolutePath().toString());
        }
    }

    private static Path secret(String name) throws IOException {
        var file = FOLDER.resolve(name);
        Files.deleteIfExists(file);
        return Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Those that the ServiceMonitor selects. */
    private List<Service> services() {
        Map<String, String> labels = new LinkedHashMap<>();
        object("servicemonitor", OURS).path("spec").path("selector").path("matchLabels").properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        var services = cluster.client().services().inNamespace(OURS).withLabels(labels).list().getItems();
        assertThat(services).extracting(service -> service.getMetadata().getName())
                .containsExactlyInAnyOrder("fargate-webhook-metrics", "fargate-webhook-audit-metrics");
        return services;
    }

    private JsonNode object(String kind, String name) {
        try {
            return JSON.readTree(kubectl("get", kind, "-n", OURS, name, "-o", "json"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String kubectl(String... words) {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(words));
        return cluster.command(command.toArray(String[]::new)).run(Duration.ofMinutes(2)).succeeded().out();
    }
}
