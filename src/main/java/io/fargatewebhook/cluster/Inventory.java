package io.fargatewebhook.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperations;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what decides whether pods get the label and run on Fargate.
 *
 * <p>Each method throws {@link KubernetesClientException} where the API server cannot be reached.
 */
public final class Inventory {
    private final KubernetesClient client;

    public Inventory(KubernetesClient client) {
        this.client = client;
    }

    public VersionInfo version() {
        return client.getKubernetesVersion();
    }

    /** @throws KubernetesClientException also where they may not be read: without them nothing can be said */
    public List<MutatingWebhookConfiguration> mutatingConfigurations() {
        return client.admissionRegistration().v1().mutatingWebhookConfigurations().list().getItems();
    }

    public Reading<Optional<ValidatingWebhookConfiguration>> adviseConfiguration() {
        return read(() -> Optional.ofNullable(client.admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName(Names.ADVISE_CONFIGURATION)
                .get()));
    }

    /** None where the API server does not know the kind. */
    public Reading<List<MutatingPolicy>> mutatingPolicies() {
        return read(() -> List.of("v1", "v1beta1", "v1alpha1").stream()
                .map(this::mutatingPolicies)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(List.of()));
    }

    private Optional<List<MutatingPolicy>> mutatingPolicies(String version) {
        try {
            return Optional.of(client
                    .genericKubernetesResources(new ResourceDefinitionContext.Builder()
                            .withGroup("admissionregistration.k8s.io")
                            .withVersion(version)
                            .withKind("MutatingAdmissionPolicy")
                            .withPlural("mutatingadmissionpolicies")
                            .withNamespaced(false)
                            .build())
                    .list()
                    .getItems()
                    .stream()
                    .map(this::policy)
                    .toList());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private MutatingPolicy policy(GenericKubernetesResource policy) {
        KubernetesSerialization json = client.getKubernetesSerialization();
        List<Object> rules = policy.get("spec", "matchConstraints", "resourceRules");
        Object selector = policy.get("spec", "matchConstraints", "namespaceSelector");
        return new MutatingPolicy(
                policy.getMetadata().getName(),
                rules == null
                        ? List.of()
                        : rules.stream()
                                .map(rule -> json.convertValue(rule, RuleWithOperations.class))
                                .toList(),
                selector == null ? new LabelSelector() : json.convertValue(selector, LabelSelector.class));
    }

    public Reading<Optional<TlsSecret>> tlsSecret() {
        return read(() -> Optional.ofNullable(client.secrets()
                        .inNamespace(Names.NAMESPACE)
                        .withName(Names.TLS_SECRET)
                        .get())
                .map(TlsSecret::new));
    }

    public Reading<Optional<Deployment>> deployment() {
        return read(() -> Optional.ofNullable(client.apps()
                .deployments()
                .inNamespace(Names.NAMESPACE)
                .withName(Names.DEPLOYMENT)
                .get()));
    }

    /** Who stands behind the Service. */
    public Reading<List<EndpointSlice>> endpoints() {
        return read(() -> client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(Names.NAMESPACE)
                .withLabel("kubernetes.io/service-name", Names.SERVICE)
                .list()
                .getItems());
    }

    /** The namespaces that have the label, whatever its value, and are not about to go. */
    public Reading<List<Namespace>> labelledNamespaces() {
        return read(() -> client.namespaces().withLabel(Names.NAMESPACE_LABEL).list().getItems().stream()
                .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() == null)
                .toList());
    }

    private static <T> Reading<T> read(Supplier<T> request) {
        try {
            return new Reading.Found<>(request.get());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return new Reading.Denied<>(e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage());
            }
            throw e;
        }
    }
}
