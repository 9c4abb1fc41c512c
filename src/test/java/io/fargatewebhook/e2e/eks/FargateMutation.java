package io.fargatewebhook.e2e.eks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.e2e.kube.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands in for EKS' own webhook, which matches new pods with the Fargate profiles.
 *
 * <p>Configuration: AUDIT fargate-webhook-create.json, and EKS makes it with the cluster's first profile (AUDIT README.md:
 * absent before). Patch: AUDIT fargate-mutate-pod-audit-log.json. Pods it leaves alone:
 * repost.aws/knowledge-center/eks-resolve-pending-fargate-pods (node name, scheduler name) and UG fargate-getting-started.adoc
 * (the annotation, as CoreDNS has it).
 */
final class FargateMutation implements AutoCloseable {

    static final String CONFIGURATION = "0500-amazon-eks-fargate-mutation.amazonaws.com";

    private static final int PORT = 23445;
    private static final String PROBE = "stand-in-probe";
    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // The JDK's server otherwise delays every answer by 40 ms, and closes connections that the API server still uses.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
    }

    private final KubernetesClient client;
    private final String address;
    private final SelfSigned certificate;
    private final List<FargateProfile> profiles = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(Daemon.named("fargate-mutation"));
    private final HttpsServer server;
    private volatile boolean probed;

    /** Starts serving; the API server reaches this machine at {@code address}. */
    FargateMutation(KubernetesClient client, String address) {
        this.client = client;
        this.address = address;
        certificate = SelfSigned.forAddress(address);
        try {
            // Port 23445 of the loopback address as on EKS, of every address for an API server on another machine.
            server = HttpsServer.create(
                    address.equals("127.0.0.1") ? new InetSocketAddress(address, PORT) : new InetSocketAddress(PORT), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(certificate.sslContext()));
        } catch (IOException e) {
            throw new UncheckedIOException("port " + PORT + " for EKS' webhook", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        server.createContext("/mutate", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** Adds a profile; the first one registers the webhook and returns when the API server calls it. */
    void add(FargateProfile profile) {
        profiles.add(profile);
        if (profiles.size() == 1) {
            register();
        }
    }

    private void register() {
        try (var dump = getClass().getResourceAsStream("/e2e/0500-amazon-eks-fargate-mutation.json")) {
            var configuration = client.getKubernetesSerialization().unmarshal(dump, MutatingWebhookConfiguration.class);
            var caBundle = certificate.caBundle();
            configuration.getWebhooks().forEach(webhook -> {
                webhook.getClientConfig().setCaBundle(caBundle);
                webhook.getClientConfig().setUrl("https://" + address + ":" + PORT + "/mutate");
            });
            client.resource(configuration).createOr(existing -> existing.update());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        awaitCall();
    }

    /** The API server learns of a configuration a little after it is stored. */
    private void awaitCall() {
        var probe = new PodBuilder()
                .withNewMetadata().withName(PROBE).withNamespace("default").endMetadata()
                .withNewSpec().addNewContainer().withName(PROBE).withImage(PROBE).endContainer().endSpec()
                .build();
        Await.until(
                "the API server calls https://" + address + ":" + PORT + "/mutate (is that this machine, as it sees it?)",
                Duration.ofSeconds(30),
                () -> {
                    try {
                        client.resource(probe).dryRun().create();
                        return probed ? "called" : "a pod was created without a call";
                    } catch (KubernetesClientException e) {
                        // A control plane just started may lack the namespace's service account.
                        return e.getMessage();
                    }
                },
                "called"::equals);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var review = (ObjectNode) JSON.readTree(exchange.getRequestBody());
            var request = review.path("request");
            var response = JSON.createObjectNode().put("uid", request.path("uid").asText()).put("allowed", true);
            if (request.path("resource").path("resource").asText().equals("pods")) {
                probed |= request.path("name").asText().equals(PROBE);
                var patch = patch(request.path("namespace").asText(), request.path("object"));
                if (!patch.isEmpty()) {
                    response.put("patchType", "JSONPatch").put("patch", JSON.writeValueAsBytes(patch));
                }
            }
            review.remove("request");
            var body = JSON.writeValueAsBytes(review.set("response", response));
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private ArrayNode patch(String namespace, JsonNode pod) {
        var patch = JSON.createArrayNode();
        var scheduler = pod.path("spec").path("schedulerName").asText("default-scheduler");
        var computeType = pod.path("metadata").path("annotations").path("eks.amazonaws.com/compute-type").asText();
        if (pod.path("spec").hasNonNull("nodeName") || !scheduler.equals("default-scheduler") || computeType.equals("ec2")) {
            return patch;
        }
        var labels = new TreeMap<String, String>();
        pod.path("metadata").path("labels").properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        FargateProfile.choose(profiles, namespace, labels).ifPresent(profile -> {
            labels.put(FargateProfile.LABEL, profile.name());
            add(patch, "/spec/schedulerName", FargateScheduler.NAME);
            add(patch, "/spec/priorityClassName", "system-node-critical");
            add(patch, "/spec/priority", 2000001000);
            add(patch, "/metadata/labels", labels);
        });
        return patch;
    }

    private static void add(ArrayNode patch, String path, Object value) {
        patch.addPOJO(Map.of("op", "add", "path", path, "value", value));
    }

    @Override
    public void close() {
        client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(CONFIGURATION).delete();
        server.stop(0);
        threads.shutdownNow();
    }
}
