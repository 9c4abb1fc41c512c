package io.fargatewebhook.e2e;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fargatewebhook.e2e.kube.ControlPlane;

/**
 * The installed webhook configuration, deleted for a while.
 *
 * <p>kubectl puts it back, as it did at first: had the client here written kubectl's annotation, a later server-side apply would
 * take all of this client's fields for kubectl's own, the caBundle too, and drop that.
 */
final class SetAside implements AutoCloseable {
    private final ControlPlane cluster;
    private final Installation installation;
    private final MutatingWebhookConfiguration configuration;

    SetAside(ControlPlane cluster, Installation installation) {
        this.cluster = cluster;
        this.installation = installation;
        configuration = cluster.webhooks(Installation.CONFIGURATION);
        cluster.client().resource(configuration).delete();
    }

    /** What was there. */
    MutatingWebhookConfiguration configuration() {
        return configuration;
    }

    /** The same under another name, such as one that sorts late; whoever creates it deletes it. */
    MutatingWebhookConfiguration named(String name) {
        return new MutatingWebhookConfigurationBuilder(configuration)
                .withNewMetadata().withName(name).withLabels(configuration.getMetadata().getLabels()).endMetadata()
                .build();
    }

    @Override
    public void close() {
        installation.apply();
        cluster.client().admissionRegistration().v1().mutatingWebhookConfigurations()
                .withName(Installation.CONFIGURATION)
                .edit(found -> {
                    for (int i = 0; i < found.getWebhooks().size(); i++) {
                        var caBundle = configuration.getWebhooks().get(i).getClientConfig().getCaBundle();
                        found.getWebhooks().get(i).getClientConfig().setCaBundle(caBundle);
                    }
                    return found;
                });
    }
}
