package io.fargatewebhook.cluster;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The mutating webhook configurations, in the order in which the API server calls them: bytewise by name. */
public record Configurations(List<MutatingWebhookConfiguration> inOrder) {
    public Configurations {
        // Names of objects are ASCII, where the order of chars is that of bytes.
        inOrder = inOrder.stream().sorted(Comparator.comparing(Configurations::name)).toList();
    }

    public static String name(MutatingWebhookConfiguration configuration) {
        return configuration.getMetadata().getName();
    }

    /** Whether a configuration of this name is called before EKS matches profiles. */
    public static boolean isInTime(String name) {
        return name.compareTo(Names.EKS_CONFIGURATION) < 0;
    }

    public Optional<MutatingWebhookConfiguration> named(String name) {
        return inOrder.stream().filter(found -> name(found).equals(name)).findFirst();
    }

    /** Those with our webhook, whatever their name. */
    public List<MutatingWebhookConfiguration> ours() {
        return inOrder.stream()
                .filter(found -> webhook(found, Names.LABEL_WEBHOOK).isPresent() || name(found).equals(Names.CONFIGURATION))
                .toList();
    }

    public static Optional<MutatingWebhook> webhook(MutatingWebhookConfiguration configuration, String name) {
        return webhooks(configuration).filter(webhook -> webhook.getName().equals(name)).findFirst();
    }

    public static Stream<MutatingWebhook> webhooks(MutatingWebhookConfiguration configuration) {
        return configuration.getWebhooks().stream();
    }

    /** What a call that fails means for a pod, by the failure policy. */
    public String whenACallFails() {
        boolean failsClosed = ours().stream()
                .map(found -> webhook(found, Names.LABEL_WEBHOOK))
                .flatMap(Optional::stream)
                .anyMatch(webhook -> "Fail".equals(webhook.getFailurePolicy()));
        return failsClosed
                ? "every call fails: no pod can be created in namespaces labeled fargate=yes"
                : "every call fails open: pods are created without the label";
    }
}
