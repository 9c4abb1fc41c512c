package io.fargatewebhook.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fargatewebhook.certificates.Pem;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The caBundles of our webhook configurations: whose certificates the API servers trust when they call us. */
final class CaBundles {
    private static final List<Kind> KINDS = List.of(
            new Kind("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", Names.CONFIGURATION),
            new Kind("ValidatingWebhookConfiguration", "validatingwebhookconfigurations", Names.ADVISE_CONFIGURATION));

    private record Kind(String kind, String plural, String name) {}

    /**
     * The caBundle of one webhook.
     *
     * @param webhook such as {@code 0400-fargate-webhook/label.fargate-webhook.io}
     */
    record CaBundle(String webhook, List<X509Certificate> certificates) {}

    private record Operation(String op, String path, Object value) {}

    private final KubernetesClient client;

    CaBundles(KubernetesClient client) {
        this.client = client;
    }

    /** All there are; none where the manifests are not applied yet. */
    List<CaBundle> read() {
        List<CaBundle> bundles = new ArrayList<>();
        for (Kind kind : KINDS) {
            GenericKubernetesResource configuration = resource(kind).get();
            for (int i = 0; i < webhooks(configuration); i++) {
                bundles.add(new CaBundle(
                        kind.name() + "/" + configuration.get("webhooks", i, "name"),
                        Pem.certificates(decoded(configuration, i))));
            }
        }
        return bundles;
    }

    /**
     * Adds these CAs wherever they are missing. Others stay until they expire: certificates that they signed may still be
     * served.
     *
     * @return the names of the configurations that were changed
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 where somebody else changed one meanwhile
     */
    List<String> trust(List<X509Certificate> cas) {
        List<String> changed = new ArrayList<>();
        for (Kind kind : KINDS) {
            Resource<GenericKubernetesResource> resource = resource(kind);
            GenericKubernetesResource configuration = resource.get();
            List<Operation> operations = new ArrayList<>();
            for (int i = 0; i < webhooks(configuration); i++) {
                String before = decoded(configuration, i);
                String after = trusting(before, cas);
                if (!after.equals(before)) {
                    String base64 = Base64.getEncoder().encodeToString(after.getBytes(StandardCharsets.US_ASCII));
                    operations.add(new Operation("add", "/webhooks/" + i + "/clientConfig/caBundle", base64));
                }
            }
            if (!operations.isEmpty()) {
                // With the version that was read, a change by somebody else in between is a conflict.
                operations.add(new Operation(
                        "replace",
                        "/metadata/resourceVersion",
                        configuration.getMetadata().getResourceVersion()));
                resource.patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON)
                                .withFieldManager(TlsSecret.MANAGER)
                                .build(),
                        json(operations));
                changed.add(kind.name());
            }
        }
        return changed;
    }

    private static String trusting(String bundle, List<X509Certificate> cas) {
        Set<X509Certificate> trusted = new LinkedHashSet<>(Pem.certificates(bundle));
        trusted.addAll(cas);
        Date now = Date.from(Instant.now());
        trusted.removeIf(ca -> ca.getNotAfter().before(now));
        return Pem.of(List.copyOf(trusted));
    }

    private Resource<GenericKubernetesResource> resource(Kind kind) {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup("admissionregistration.k8s.io")
                        .withVersion("v1")
                        .withKind(kind.kind())
                        .withPlural(kind.plural())
                        .withNamespaced(false)
                        .build())
                .withName(kind.name());
    }

    private static int webhooks(GenericKubernetesResource configuration) {
        return configuration != null && configuration.get("webhooks") instanceof List<?> webhooks ? webhooks.size() : 0;
    }

    private static String decoded(GenericKubernetesResource configuration, int webhook) {
        String base64 = configuration.get("webhooks", webhook, "clientConfig", "caBundle");
        return base64 == null ? "" : new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    }

    private static String json(List<Operation> operations) {
        try {
            return new JsonMapper().writeValueAsString(operations);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
