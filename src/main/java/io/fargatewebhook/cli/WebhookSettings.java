package io.fargatewebhook.cli;

import io.fargatewebhook.config.Placers;
import io.fargatewebhook.placement.Placer;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The webhook's settings, as a command that decides like it takes them. */
final class WebhookSettings {
    @Option(
            names = "--profiles",
            paramLabel = "<file>",
            description = "The cluster's Fargate profiles: output of aws eks describe-fargate-profile, or a list of such."
                    + " Instead of FARGATE_PROFILES.")
    Path profiles;

    /** @throws IllegalArgumentException with one sentence where they make no sense */
    Placer placer() {
        return profiles == null ? Placers.fromEnvironment() : Placers.fromEnvironment(profiles);
    }
}
