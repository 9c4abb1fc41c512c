package io.fargatewebhook.check;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fargatewebhook.cluster.Names;
import java.util.Arrays;
import java.util.Map;

/** Objects as a cluster may have them. */
final class Made {
    static final MutatingWebhookConfiguration EKS = configuration(Names.EKS_CONFIGURATION, Names.EKS_CONFIGURATION);

    private Made() {}

    static MutatingWebhookConfiguration ours(String name) {
        return configuration(name, Names.LABEL_WEBHOOK, Names.REPORT_WEBHOOK);
    }

    /** Its webhooks ask for every new pod. */
    static MutatingWebhookConfiguration configuration(String name, String... webhooks) {
        return new MutatingWebhookConfigurationBuilder()
                .withNewMetadata().withName(name).endMetadata()
                .withWebhooks(Arrays.stream(webhooks)
                        .map(webhook -> new MutatingWebhookBuilder()
                                .withName(webhook)
                                .withFailurePolicy("Ignore")
                                .withNewClientConfig().endClientConfig()
                                .addNewRule()
                                    .withOperations("CREATE").withApiGroups("").withApiVersions("v1").withResources("pods")
                                .endRule()
                                .build())
                        .toList())
                .build();
    }

    static MutatingWebhookConfiguration selecting(MutatingWebhookConfiguration configuration, LabelSelector namespaces) {
        configuration.getWebhooks().forEach(webhook -> webhook.setNamespaceSelector(namespaces));
        return configuration;
    }

    static Namespace namespace(String name, String value) {
        return new NamespaceBuilder()
                .withNewMetadata().withName(name).withLabels(Map.of(Names.NAMESPACE_LABEL, value)).endMetadata()
                .build();
    }
}
