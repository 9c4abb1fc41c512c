package io.fargatewebhook.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.Command;
import io.fargatewebhook.e2e.kube.ControlPlane;
import io.fargatewebhook.e2e.kube.Pods;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The webhook installed as the README tells it: kubectl apply -k k8s/base, certs/generate, certs/install. */
public final class Installation implements AutoCloseable {

    /** The configuration, and its webhooks as audit annotations name them. */
    public static final String CONFIGURATION = "0400-fargate-webhook";

    public static final String LABEL_WEBHOOK = "label.fargate-webhook.io";
    public static final String REPORT_WEBHOOK = "report.fargate-webhook.io";


    private static final Path CERTIFICATES = Path.of("target/e2e/certs");

    private final ControlPlane cluster;
    private final Command.Result applied;
    private final TestNamespaces namespaces;
    private final WebhookService service;
    private final String probe;
    private WebhookProcess webhook;
    private Map<String, String> webhookEnvironment;

    private Installation(ControlPlane cluster) {
        this.cluster = cluster;
        applied = apply();
        installCertificates();
        service = new WebhookService(cluster);
        namespaces = new TestNamespaces(cluster);
        probe = namespaces.create("e2e-probe", Map.of("fargate", "yes"));
    }

    static Installation on(ControlPlane cluster) {
        return new Installation(cluster);
    }

    /** Applies the manifests, unchanged. */
    public Command.Result apply(String... options) {
        var words = new ArrayList<>(List.of("kubectl", "apply", "-k", "k8s/base"));
        words.addAll(List.of(options));
        return cluster.command(words.toArray(String[]::new)).run(Duration.ofMinutes(1)).succeeded();
    }

    /** Puts a certificate made by the scripts into the cluster. */
    public void installCertificates() {
        Command.of("certs/generate", "--force", "--out", CERTIFICATES.toString()).run(Duration.ofMinutes(1)).succeeded();
        cluster.command("certs/install", CERTIFICATES.toString()).run(Duration.ofMinutes(2)).succeeded();
    }

    /** What kubectl said to the first apply. */
    public Command.Result applied() {
        return applied;
    }

    /** Starts a replica, which nobody calls yet, and does not wait for it. */
    public WebhookProcess launch(String name, int port, int managementPort, Map<String, String> environment) {
        return WebhookProcess.launch(name, port, managementPort, CERTIFICATES, environment);
    }

    /** Puts these replicas behind the Service, and takes others away. */
    public void route(WebhookProcess... replicas) {
        service.route(replicas);
    }

    /**
     * One replica with this configuration, on the ports of the contract; returns when the API server has pods labeled by it.
     * The one that runs is kept where it has the same configuration, because a start takes a while.
     */
    public WebhookProcess webhook(Map<String, String> environment) {
        if (webhook == null || !webhook.isAlive() || !environment.equals(webhookEnvironment)) {
            stopWebhook();
            webhook = launch("webhook", 8443, 9000, environment);
            webhookEnvironment = environment;
        }
        webhook.awaitReady();
        route(webhook);
        awaitLabel();
        return webhook;
    }

    /** Stops the replica of {@link #webhook}, if one runs, for a test that needs its ports. */
    public void stopWebhook() {
        if (webhook != null) {
            webhook.kill();
        }
    }

    /** A namespace labeled fargate=yes, for dry runs. */
    public String probeNamespace() {
        return probe;
    }

    /** Waits until a new pod would get the label; the API server hears of endpoints and certificates a little later. */
    public void awaitLabel() {
        // Nothing special, so that a test, and not this, finds what is wrong with special pods.
        var pod = new PodBuilder(TestPods.pod(probe, "probe"))
                .editMetadata().addToLabels("app", "probe").addToAnnotations("note", "probe").endMetadata()
                .build();
        try {
            Await.until(
                    "a dry-run pod comes back labeled",
                    Duration.ofSeconds(30),
                    () -> cluster.pods().dryRun(pod),
                    Installation::isLabeled);
        } catch (AssertionError e) {
            var admission = cluster.auditLog().map(log -> log.of(cluster.pods().dryRun(pod)).annotations().toString());
            throw new AssertionError(e.getMessage() + "\naudit log: " + admission.orElse("none"), e);
        }
    }

    static boolean isLabeled(Pods.Answer answer) {
        return answer.pod() != null && isLabeled(answer.pod());
    }

    /** Whether EKS gave it to Fargate. */
    static boolean isTaken(Pods.Answer answer) {
        return answer.pod() != null && answer.pod().getSpec().getSchedulerName().equals("fargate-scheduler");
    }

    static boolean isLabeled(Pod pod) {
        return "yes".equals(pod.getMetadata().getLabels().get("fargate"));
    }

    @Override
    public void close() {
        stopWebhook();
        if (cluster.isOwn()) {
            return; // it ends with us
        }
        namespaces.close();
        if (applied.out().contains("namespace/fargate-webhook created")) {
            cluster.command("kubectl", "delete", "-k", "k8s/base", "--ignore-not-found").run(Duration.ofMinutes(2));
        }
    }
}
