package io.fargatewebhook.e2e.kube;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Creates pods over plain HTTP, because the Kubernetes client drops what this is about: warnings and the audit id. */
public final class Pods {

    /**
     * The API server's answer to the creation of a pod.
     *
     * @param pod as stored, or as it would be by a dry run; null when refused
     * @param message why it was refused
     */
    public record Answer(int status, Pod pod, String message, List<String> warnings, String auditId) {

        @Override
        public String toString() {
            var what = pod == null
                    ? message
                    : "labels " + pod.getMetadata().getLabels() + ", scheduler " + pod.getSpec().getSchedulerName();
            return "status " + status + ", " + what + ", warnings " + warnings;
        }
    }

    /** RFC 7234 warn-code, agent and text, as the API server writes them. */
    private static final Pattern WARNING = Pattern.compile("299 - \"((?:[^\"\\\\]|\\\\.)*)\"");

    private final KubernetesClient client;
    private final HttpClient http;

    Pods(KubernetesClient client) {
        this.client = client;
        try {
            http = HttpClient.newBuilder().sslContext(SSLUtils.sslContext(client.getConfiguration())).build();
        } catch (Exception e) {
            throw new IllegalStateException("TLS for " + client.getMasterUrl(), e);
        }
    }

    public Answer create(Pod pod) {
        return post(pod, "");
    }

    /** Everything but storing it. */
    public Answer dryRun(Pod pod) {
        return post(pod, "?dryRun=All");
    }

    private Answer post(Pod pod, String query) {
        var uri = URI.create(client.getMasterUrl() + "api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods" + query);
        var serialization = client.getKubernetesSerialization();
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(serialization.asJson(pod)));
        var token = client.getConfiguration().getAutoOAuthToken();
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            var created = response.statusCode() == 201;
            return new Answer(
                    response.statusCode(),
                    created ? serialization.unmarshal(response.body(), Pod.class) : null,
                    created ? "" : serialization.unmarshal(response.body(), Status.class).getMessage(),
                    response.headers().allValues("Warning").stream().flatMap(Pods::texts).toList(),
                    response.headers().firstValue("Audit-Id").orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Stream<String> texts(String header) {
        // The client reads headers as Latin-1, the API server writes UTF-8.
        var utf8 = new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return WARNING.matcher(utf8).results().map(found -> found.group(1).replaceAll("\\\\(.)", "$1"));
    }
}
