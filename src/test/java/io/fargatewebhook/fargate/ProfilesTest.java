package io.fargatewebhook.fargate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfilesTest {
    private static Profile profile(String name, String namespace, Map<String, String> labels) {
        return new Profile(name, List.of(new Selector(namespace, labels)));
    }

    private static String selected(Profiles profiles, String namespace, Map<String, String> labels) {
        return profiles.select(namespace, labels).map(Profile::name).orElse("none");
    }

    @Test
    void aSelectorNeedsItsNamespaceAndAllItsLabels() {
        Profiles profiles = new Profiles(List.of(profile("p", "checkout", Map.of("fargate", "yes", "tier", "web"))));
        assertThat(selected(profiles, "checkout", Map.of("fargate", "yes", "tier", "web", "more", "x")))
                .isEqualTo("p");
        assertThat(selected(profiles, "checkout", Map.of("fargate", "yes"))).isEqualTo("none");
        assertThat(selected(profiles, "checkout", Map.of("fargate", "yes", "tier", "db"))).isEqualTo("none");
        assertThat(selected(profiles, "other", Map.of("fargate", "yes", "tier", "web"))).isEqualTo("none");
    }

    @Test
    void aSelectorWithoutLabelsTakesTheWholeNamespace() {
        assertThat(selected(new Profiles(List.of(profile("p", "checkout", Map.of()))), "checkout", Map.of()))
                .isEqualTo("p");
    }

    @Test
    void anyOfItsSelectorsWillDo() {
        Profile two = new Profile("p", List.of(new Selector("a", Map.of()), new Selector("b", Map.of())));
        assertThat(selected(new Profiles(List.of(two)), "b", Map.of())).isEqualTo("p");
    }

    @Test
    void wildcardsStandInNamespacesKeysAndValues() {
        Profiles profiles = new Profiles(List.of(profile("p", "prod-*", Map.of("far?ate", "y*"))));
        assertThat(selected(profiles, "prod-eu", Map.of("fargate", "yes"))).isEqualTo("p");
        assertThat(selected(profiles, "prod-eu", Map.of("farXate", "y"))).isEqualTo("p");
        assertThat(selected(profiles, "prod-eu", Map.of("fargate", "no"))).isEqualTo("none");
        assertThat(selected(profiles, "prod", Map.of("fargate", "yes"))).isEqualTo("none");
    }

    @Test
    void ofSeveralTheFirstByNameTakesThePod() {
        Profiles profiles = new Profiles(List.of(profile("b", "*", Map.of()), profile("a", "*", Map.of())));
        assertThat(selected(profiles, "checkout", Map.of())).isEqualTo("a");
    }

    @Test
    void aPodMayNameTheOnlyProfileThatTakesIt() {
        Profiles profiles = new Profiles(List.of(profile("a", "*", Map.of()), profile("b", "checkout", Map.of())));
        assertThat(selected(profiles, "checkout", Map.of(Profiles.PROFILE_LABEL, "b"))).isEqualTo("b");
        assertThat(selected(profiles, "other", Map.of(Profiles.PROFILE_LABEL, "b"))).isEqualTo("none");
        assertThat(selected(profiles, "checkout", Map.of(Profiles.PROFILE_LABEL, "c"))).isEqualTo("none");
    }

    @Test
    void whatEksWouldNotTakeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Selector("", Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Profile("", List.of(new Selector("a", Map.of()))));
        assertThatIllegalArgumentException().isThrownBy(() -> new Profile("p", List.of())).withMessageContaining("p");
    }
}
