package io.fargatewebhook.check;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.MutatingPolicy;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who else may change the pods of our namespaces: before us, or behind our back. */
final class OtherWebhooksCheck {
    /** EKS' own (facts.md): they add an identity, a network interface and a readiness gate. */
    private static final Set<String> OF_EKS =
            Set.of("pod-identity-webhook", "vpc-resource-mutating-webhook", "aws-load-balancer-webhook");

    private final Configurations configurations;
    private final List<Map<String, String>> namespaces;

    /** @param labelled the namespaces that matter; where there are none yet, any may */
    OtherWebhooksCheck(Configurations configurations, List<Namespace> labelled) {
        this.configurations = configurations;
        this.namespaces = labelled.stream()
                .map(namespace -> namespace.getMetadata().getLabels())
                .filter(labels -> Names.YES.equals(labels.get(Names.NAMESPACE_LABEL)))
                .toList();
    }

    List<Line> lines(Reading<List<MutatingPolicy>> policies) {
        List<String> early = new ArrayList<>();
        List<String> late = new ArrayList<>();
        List<String> harmless = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        if (policies instanceof Reading.Denied<?> denied) {
            lines.add(Line.notSeen("MutatingAdmissionPolicies", denied.message()));
        }
        policies.orElse(List.of()).stream()
                .filter(policy -> Selectors.selectPodCreation(policy.rules()) && concerns(policy.namespaceSelector()))
                .forEach(policy -> early.add(policy.name() + " (MutatingAdmissionPolicy)"));
        String ours = configurations.ours().stream().findFirst().map(Configurations::name).orElse(Names.CONFIGURATION);
        for (MutatingWebhookConfiguration other : configurations.inOrder()) {
            String name = Configurations.name(other);
            if (OF_EKS.contains(name)) {
                harmless.add(name);
            } else if (isOther(other) && concerns(other)) {
                (name.compareTo(ours) < 0 ? early : late).add(name);
            }
        }
        if (!early.isEmpty() || !late.isEmpty()) {
            lines.add(0, warning(early, late));
        } else if (lines.isEmpty()) {
            lines.add(Line.ok("nobody else changes new pods of these namespaces"));
        }
        if (!harmless.isEmpty()) {
            lines.add(Line.ok(String.join(", ", harmless) + (harmless.size() == 1 ? " is" : " are") + " EKS' own and harmless"));
        }
        return lines;
    }

    private boolean isOther(MutatingWebhookConfiguration configuration) {
        return !Configurations.name(configuration).equals(Names.EKS_CONFIGURATION)
                && !configurations.ours().contains(configuration);
    }

    private boolean concerns(MutatingWebhookConfiguration other) {
        return Configurations.webhooks(other)
                .anyMatch(webhook -> webhook.getRules() != null
                        && Selectors.selectPodCreation(webhook.getRules())
                        && concerns(webhook.getNamespaceSelector()));
    }

    private boolean concerns(LabelSelector selector) {
        return namespaces.isEmpty() || namespaces.stream().anyMatch(labels -> Selectors.matches(selector, labels));
    }

    private static Line warning(List<String> early, List<String> late) {
        List<String> advice = new ArrayList<>();
        if (!early.isEmpty()) {
            advice.add("before ours, so that its answer is about the pod as they leave it: " + String.join(", ", early));
        }
        if (!late.isEmpty()) {
            advice.add("after ours, so what they add is not seen, and Fargate may refuse it: " + String.join(", ", late));
        }
        advice.add("to see what a pod there becomes: kubectl run try --image=pause --dry-run=server -o yaml -n NAMESPACE");
        int count = early.size() + late.size();
        return new Line(
                Status.WARNING,
                count + (count == 1 ? " other changes" : " others change") + " new pods of these namespaces",
                advice,
                Docs.OTHER_WEBHOOKS.link());
    }
}
