package io.fargatewebhook.config;

import io.fargatewebhook.advice.Advisor;
import io.fargatewebhook.placement.Placer;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Turns the settings into the server's decision; settings that make no sense stop the start with one sentence. */
class PlacerProducer {
    @Produces
    @Singleton
    @Startup
    Placer placer(FargateConfig config) {
        try {
            return Placers.of(config);
        } catch (IllegalArgumentException e) {
            // Without the cause, which Quarkus would print with its stack.
            throw new ConfigurationException("fargate-webhook: " + e.getMessage());
        }
    }

    @Produces
    @Singleton
    Advisor advisor(Placer placer, FargateConfig config) {
        return new Advisor(placer, config.advise().size());
    }
}
