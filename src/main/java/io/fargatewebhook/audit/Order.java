package io.fargatewebhook.audit;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fargatewebhook.audit.Finding.Cause;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.placement.Reason;
import java.util.List;
import java.util.Optional;

/**
 * How our webhook and EKS' own are set up: the reason why a labeled pod was not taken.
 *
 * @param ours the name of the configuration with our webhook, whatever it is called
 * @param eks whether EKS' configuration exists, which it makes with the cluster's first profile
 */
record Order(Optional<String> ours, boolean eks) {

    static Order of(List<MutatingWebhookConfiguration> configurations) {
        return new Order(
                configurations.stream()
                        .filter(configuration -> configuration.getWebhooks().stream()
                                .anyMatch(webhook -> webhook.getName().equals(Names.LABEL_WEBHOOK)))
                        .map(configuration -> configuration.getMetadata().getName())
                        .findFirst(),
                configurations.stream()
                        .anyMatch(configuration ->
                                configuration.getMetadata().getName().equals(Names.EKS_CONFIGURATION)));
    }

    /** Of a pod that has the label, and that EKS left alone all the same. */
    Finding notTaken() {
        if (!eks) {
            return Finding.of(
                    State.NotTaken,
                    Reason.NoProfile,
                    "labelled, but the cluster has no Fargate profile: there is no " + Names.EKS_CONFIGURATION);
        }
        // The API server sorts by bytes, and names are ASCII.
        return ours.filter(name -> name.compareTo(Names.EKS_CONFIGURATION) > 0)
                .map(name -> Finding.of(
                        State.NotTaken,
                        Cause.WrongOrder,
                        "labelled too late: configuration " + name + " is called after " + Names.EKS_CONFIGURATION
                                + "; it must be named " + Names.CONFIGURATION))
                .orElseGet(() -> Finding.of(
                        State.NotTaken,
                        Reason.NoProfile,
                        "labelled, but no Fargate profile selected it when it was created"));
    }
}
