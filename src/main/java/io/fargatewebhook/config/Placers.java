package io.fargatewebhook.config;

import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import io.smallrye.config.SmallRyeConfigBuilder;

/** The decision as an operator has set it. */
public final class Placers {
    private Placers() {}

    /** @throws IllegalArgumentException with one sentence where the settings make no sense */
    static Placer of(FargateConfig config) {
        return new Placer(
                new Label(config.label().key(), config.label().value()),
                config.unsupported(),
                config.volumeClaims(),
                config.excludedNamespaces(),
                config.profiles().map(ProfilesFile::read));
    }

    /**
     * For a command, which runs without Quarkus: the same environment variables as those of the server.
     *
     * @throws IllegalArgumentException with one sentence where the settings make no sense
     */
    public static Placer fromEnvironment() {
        return of(new SmallRyeConfigBuilder()
                .addDefaultSources()
                .addDiscoveredConverters()
                .withMapping(FargateConfig.class)
                .build()
                .getConfigMapping(FargateConfig.class));
    }
}
