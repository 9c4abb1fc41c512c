package io.fargatewebhook.config;

import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.Map;

/** The decision as an operator has set it. */
public final class Placers {
    /** System properties have 400. */
    private static final int ABOVE_ALL = 500;

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
        return from(new SmallRyeConfigBuilder());
    }

    /**
     * The same with the profiles of this file, whatever the environment names.
     *
     * @throws IllegalArgumentException with one sentence where the settings make no sense
     */
    public static Placer fromEnvironment(Path profiles) {
        Map<String, String> named = Map.of("fargate.profiles", profiles.toString());
        return from(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(named, "command line", ABOVE_ALL)));
    }

    private static Placer from(SmallRyeConfigBuilder config) {
        try {
            return of(config.addDefaultSources()
                    .addDiscoveredConverters()
                    .withMapping(FargateConfig.class)
                    .build()
                    .getConfigMapping(FargateConfig.class));
        } catch (ConfigValidationException e) {
            // Without the class and code in front of the library's sentence.
            throw new IllegalArgumentException(e.getProblem(0).getMessage().replaceFirst("^[\\w.]+Exception: SRCFG\\d+: ", ""), e);
        }
    }
}
