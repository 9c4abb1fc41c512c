package io.fargatewebhook.check;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the API server calls us at all, and before EKS. */
final class ConfigurationCheck {
    private ConfigurationCheck() {}

    static List<Line> lines(Configurations configurations, Reading<Optional<ValidatingWebhookConfiguration>> advise) {
        List<Line> lines = new ArrayList<>(order(configurations));
        configurations.named(Names.CONFIGURATION).ifPresent(ours -> lines.addAll(webhooks(ours)));
        lines.add(eks(configurations));
        lines.add(advise.fold(ConfigurationCheck::advise, denied -> Line.notSeen(Names.ADVISE_CONFIGURATION, denied)));
        return lines;
    }

    private static List<Line> order(Configurations configurations) {
        List<MutatingWebhookConfiguration> ours = configurations.ours();
        boolean asShipped = configurations.named(Names.CONFIGURATION).isPresent();
        if (ours.isEmpty()) {
            return List.of(Line.failure(
                    Docs.INSTALL,
                    Names.CONFIGURATION + " does not exist, so the API server does not call the webhook and no pod is labeled",
                    "kubectl apply -k k8s/base"));
        }
        List<Line> lines = new ArrayList<>();
        for (MutatingWebhookConfiguration found : ours) {
            String name = Configurations.name(found);
            if (name.equals(Names.CONFIGURATION)) {
                lines.add(Line.ok(name + " exists and sorts before EKS' " + Names.EKS_CONFIGURATION));
            } else if (asShipped) {
                lines.add(Line.warning(
                        Docs.WRONG_ORDER,
                        name + " is a second configuration with the webhook " + Names.LABEL_WEBHOOK,
                        "nobody keeps its caBundle: kubectl delete mutatingwebhookconfiguration " + name));
            } else if (Configurations.isInTime(name)) {
                lines.add(Line.warning(
                        Docs.WRONG_ORDER,
                        Names.CONFIGURATION + " was renamed to " + name + ", which sorts before EKS' "
                                + Names.EKS_CONFIGURATION + ", too",
                        "labels arrive in time, but certs ensure knows the shipped name only and does not renew this caBundle",
                        "apply k8s/base without namePrefix or nameSuffix, then delete " + name));
            } else {
                lines.add(Line.failure(
                        Docs.WRONG_ORDER,
                        Names.CONFIGURATION + " was renamed to " + name + ", which sorts after EKS' "
                                + Names.EKS_CONFIGURATION + ": labels arrive too late",
                        "pods get the label and still run on EC2, without any error",
                        "apply k8s/base without namePrefix or nameSuffix, then delete " + name));
            }
        }
        return lines;
    }

    private static List<Line> webhooks(MutatingWebhookConfiguration ours) {
        boolean label = Configurations.webhook(ours, Names.LABEL_WEBHOOK).isPresent();
        boolean report = Configurations.webhook(ours, Names.REPORT_WEBHOOK).isPresent();
        List<Line> lines = new ArrayList<>();
        if (!label) {
            lines.add(Line.failure(
                    Docs.INSTALL,
                    Names.CONFIGURATION + " has no webhook " + Names.LABEL_WEBHOOK + ", so no pod is labeled",
                    "kubectl apply -k k8s/base"));
        }
        if (!report) {
            lines.add(Line.warning(
                    Docs.INSTALL,
                    Names.CONFIGURATION + " has no webhook " + Names.REPORT_WEBHOOK
                            + ", so nothing is counted in namespaces labeled fargate=report",
                    "kubectl apply -k k8s/base"));
        }
        if (label && report) {
            lines.add(Line.ok("it has the webhooks " + Names.LABEL_WEBHOOK + " and " + Names.REPORT_WEBHOOK));
        }
        return lines;
    }

    private static Line eks(Configurations configurations) {
        if (configurations.named(Names.EKS_CONFIGURATION).isPresent()) {
            return Line.ok(Names.EKS_CONFIGURATION + " exists (the cluster has a Fargate profile)");
        }
        return Line.failure(
                Docs.INSTALL,
                Names.EKS_CONFIGURATION + " does not exist: the cluster has no Fargate profile, so no pod runs on Fargate",
                "EKS makes it some minutes after the first profile: make one that selects the label");
    }

    private static Line advise(Optional<ValidatingWebhookConfiguration> advise) {
        return advise.isPresent()
                ? Line.ok(Names.ADVISE_CONFIGURATION + " exists")
                : Line.warning(
                        Docs.INSTALL,
                        Names.ADVISE_CONFIGURATION + " does not exist: whoever applies a workload is not told where its pods"
                                + " will run",
                        "pods are labeled all the same; kubectl apply -k k8s/base");
    }
}
