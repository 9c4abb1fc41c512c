package io.fargatewebhook.check;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.Inventory;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.ProbePod;
import io.fargatewebhook.cluster.Reading;
import io.fargatewebhook.placement.Placer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Asks a cluster whether pods that should run on Fargate will. It changes nothing there. */
public final class Check {
    private final Inventory cluster;
    private final ProbePod probe;
    private final Placer settings;

    public Check(KubernetesClient client, Placer settings) {
        this.cluster = new Inventory(client);
        this.probe = new ProbePod(client);
        this.settings = settings;
    }

    /** @throws KubernetesClientException where the API server cannot be reached, or does not show its configurations */
    public Report run() {
        Section apiServer = new Section("API server", List.of(ApiServerCheck.version(cluster.version())));

        Configurations configurations = new Configurations(cluster.mutatingConfigurations());
        Reading<Optional<ValidatingWebhookConfiguration>> advise = cluster.adviseConfiguration();
        Section configuration = new Section("configuration", ConfigurationCheck.lines(configurations, advise));
        Section certificate = new Section(
                "certificate",
                new CertificateCheck(configurations, advise, Instant.now()).lines(cluster.tlsSecret()));

        Reading<Optional<Deployment>> deployment = cluster.deployment();
        Section service = new Section(
                "service",
                List.of(ServiceCheck.line(cluster.endpoints(), deployment, configurations.whenACallFails())));

        Reading<List<Namespace>> labelled = cluster.labelledNamespaces();
        Section others = new Section(
                "other webhooks",
                new OtherWebhooksCheck(configurations, labelled.orElse(List.of()))
                        .lines(cluster.mutatingPolicies()));

        ProbeVerdict verdict = new ProbeVerdict(
                settings.label(), certificate.fails() || service.fails(), configuration.fails());
        ProbePod ordinary = image(deployment).map(probe::withImage).orElse(probe);
        Section namespaces = new Section(
                "namespaces",
                new NamespacesCheck(settings, namespaceSelector(configurations), verdict, ordinary::createIn).lines(labelled));

        return new Report(List.of(apiServer, configuration, certificate, service, others, namespaces));
    }

    private static LabelSelector namespaceSelector(Configurations configurations) {
        return configurations.ours().stream()
                .flatMap(Configurations::webhooks)
                .filter(webhook -> webhook.getName().equals(Names.LABEL_WEBHOOK))
                .map(MutatingWebhook::getNamespaceSelector)
                .findFirst()
                .orElseGet(LabelSelector::new);
    }

    private static Optional<String> image(Reading<Optional<Deployment>> deployment) {
        return deployment.orElse(Optional.empty())
                .map(found -> found.getSpec().getTemplate().getSpec().getContainers().get(0).getImage());
    }
}
