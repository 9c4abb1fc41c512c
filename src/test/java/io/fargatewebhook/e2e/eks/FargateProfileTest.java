package io.fargatewebhook.e2e.eks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FargateProfileTest {

    @ParameterizedTest
    @CsvSource({
        "checkout, checkout, true",
        "checkout, checkout2, false",
        "*, anything, true",
        "team-*, team-, true",
        "team-?, team-, false",
        "team-?, team-a, true",
        "*-prod-*, a-prod-b, true",
        "a.c, abc, false",
    })
    void wildcardsStandForTextOrOneCharacter(String pattern, String namespace, boolean matches) {
        var profiles = List.of(FargateProfile.of("p", pattern, Map.of()));

        assertThat(FargateProfile.choose(profiles, namespace, Map.of()).isPresent()).isEqualTo(matches);
    }

    @Test
    void everyLabelOfASelectorMustBeThere() {
        var profiles = List.of(FargateProfile.of("p", "*", Map.of("fargate", "yes", "tier", "*")));

        assertThat(FargateProfile.choose(profiles, "n", Map.of("fargate", "yes"))).isEmpty();
        assertThat(FargateProfile.choose(profiles, "n", Map.of("fargate", "yes", "tier", "", "more", "x"))).isPresent();
    }

    @Test
    void readsWhatTheAwsCommandPrints() throws Exception {
        assertThat(FargateProfile.read(Path.of("src/test/resources/e2e/profiles.json")))
                .containsExactly(FargateProfile.of("fp-default", "e2e-*", Map.of("fargate", "yes")));
    }
}
