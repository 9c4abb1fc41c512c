package io.fargatewebhook.config;

import io.fargatewebhook.placement.Placement.Decision;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The settings of the decision: properties {@code fargate.…}, or environment variables {@code FARGATE_…}. */
@ConfigMapping(prefix = "fargate")
public interface FargateConfig {
    LabelConfig label();

    /** What to do with a pod that Fargate would refuse: leave it on EC2, label it all the same, or turn it away. */
    @WithDefault("skip")
    Decision unsupported();

    /** What to do with a pod that mounts a PersistentVolumeClaim: {@code skip}, or {@code label} where all are on EFS. */
    @WithDefault("skip")
    Decision volumeClaims();

    /** A JSON or YAML file with the cluster's Fargate profiles; pods that none of them would select are then left alone. */
    Optional<Path> profiles();

    /** The namespaces whose pods are never labelled. */
    @WithDefault("kube-system,kube-public,kube-node-lease,fargate-webhook")
    Set<String> excludedNamespaces();

    AdviseConfig advise();

    /** The label that the Fargate profile asks for. */
    interface LabelConfig {
        @WithDefault("fargate")
        String key();

        @WithDefault("yes")
        String value();
    }

    /** What owners of workloads are told. */
    interface AdviseConfig {
        /** Whether they are told the Fargate size of pods that fit. */
        @WithDefault("true")
        boolean size();
    }
}
