package io.fargatewebhook.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An ordinary pod that is created as a dry run: it goes through all of admission, webhooks included, and is not stored.
 *
 * <p>It asks for so little, and gives away so much, that no usual policy refuses it.
 */
public final class ProbePod {
    private static final String NAME = "fargate-webhook-check-";
    /** Nobody pulls it. */
    private static final String IMAGE = "fargate-webhook";
    /** Warn-code, agent and text, as the API server writes them (RFC 7234). */
    private static final Pattern WARNING = Pattern.compile("299 - \"((?:[^\"\\\\]|\\\\.)*)\"");
    /** RBAC's refusal, in contrast to that of an admission plugin. */
    private static final Pattern NO_RIGHT = Pattern.compile("User \".*\" cannot create resource \"pods\"");

    /** What the API server made of it. */
    public sealed interface Answer {}

    /**
     * @param labels of the pod that would be stored
     * @param warnings of all webhooks and of the API server itself
     */
    public record Created(Map<String, String> labels, String schedulerName, List<String> warnings) implements Answer {}

    /** Turned away by admission: a quota, a policy, a webhook. */
    public record Refused(String message) implements Answer {}

    /** Whoever runs the command may not create pods there. */
    public record NotPermitted(String message) implements Answer {}

    private final KubernetesClient client;
    private final String image;

    public ProbePod(KubernetesClient client) {
        this(client, IMAGE);
    }

    private ProbePod(KubernetesClient client, String image) {
        this.client = client;
        this.image = image;
    }

    /** With an image that this cluster takes for certain: a policy may limit whence images come. */
    public ProbePod withImage(String taken) {
        return new ProbePod(client, taken);
    }

    public Answer createIn(String namespace) {
        // Over plain HTTP, because the client drops warnings.
        HttpResponse<byte[]> response;
        try {
            response = client.getHttpClient()
                    .sendAsync(
                            client.getHttpClient()
                                    .newHttpRequestBuilder()
                                    .uri(client.getMasterUrl() + "api/v1/namespaces/" + namespace + "/pods?dryRun=All")
                                    .post("application/json", client.getKubernetesSerialization().asJson(pod(namespace)))
                                    .build(),
                            byte[].class)
                    .get();
        } catch (ExecutionException e) {
            throw new KubernetesClientException("dry-run pod", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("dry-run pod", e);
        }
        String body = new String(response.body(), StandardCharsets.UTF_8);
        if (response.code() == HttpURLConnection.HTTP_CREATED) {
            Pod pod = client.getKubernetesSerialization().unmarshal(body, Pod.class);
            return new Created(
                    pod.getMetadata().getLabels(),
                    pod.getSpec().getSchedulerName(),
                    response.headers("Warning").stream().flatMap(ProbePod::texts).toList());
        }
        String message = client.getKubernetesSerialization().unmarshal(body, Status.class).getMessage();
        return response.code() == HttpURLConnection.HTTP_FORBIDDEN && NO_RIGHT.matcher(message).find()
                ? new NotPermitted(message)
                : new Refused(message);
    }

    private static Stream<String> texts(String header) {
        // The client reads headers as Latin-1, the API server writes UTF-8.
        String utf8 = new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return WARNING.matcher(utf8).results().map(found -> found.group(1).replaceAll("\\\\(.)", "$1"));
    }

    /** Fits Pod Security level "restricted", quotas that ask for requests and limits, and the smallest size of Fargate. */
    private Pod pod(String namespace) {
        Map<String, Quantity> resources = Map.of("cpu", new Quantity("100m"), "memory", new Quantity("64Mi"));
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName(NAME)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(65532L)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("check")
                .withImage(image)
                .withNewResources()
                .withRequests(resources)
                .withLimits(resources)
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
    }
}
