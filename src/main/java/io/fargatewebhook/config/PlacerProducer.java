package io.fargatewebhook.config;

import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Turns the settings into the decision; settings that make no sense stop the start with one sentence. */
class PlacerProducer {
    @Produces
    @Singleton
    @Startup
    Placer placer(FargateConfig config) {
        try {
            return new Placer(
                    new Label(config.label().key(), config.label().value()),
                    config.unsupported(),
                    config.volumeClaims(),
                    config.excludedNamespaces(),
                    config.profiles().map(ProfilesFile::read));
        } catch (IllegalArgumentException e) {
            // Without the cause, which Quarkus would print with its stack.
            throw new ConfigurationException("fargate-webhook: " + e.getMessage());
        }
    }
}
