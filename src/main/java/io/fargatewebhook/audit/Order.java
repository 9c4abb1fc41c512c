package io.fargatewebhook.audit;

import io.fargatewebhook.audit.Finding.Cause;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.placement.Reason;
import java.util.Optional;

/**
 * How our webhook and EKS' own are set up: the reason why a labeled pod was not taken.
 *
 * @param ours the name of the configuration with our webhook, whatever it is called
 * @param eks whether EKS' configuration exists, which it makes with the cluster's first profile
 */
record Order(Optional<String> ours, boolean eks) {

    static Order of(Configurations configurations) {
        return new Order(
                configurations.ours().stream().map(Configurations::name).findFirst(),
                configurations.named(Names.EKS_CONFIGURATION).isPresent());
    }

    /** Of a pod that has the label, and that EKS left alone all the same. */
    Finding notTaken() {
        if (!eks) {
            return Finding.of(
                    State.NotTaken,
                    Reason.NoProfile,
                    "labelled, but the cluster has no Fargate profile: there is no " + Names.EKS_CONFIGURATION);
        }
        return ours.filter(name -> !Configurations.isInTime(name))
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
