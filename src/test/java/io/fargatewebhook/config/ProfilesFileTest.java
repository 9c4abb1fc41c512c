package io.fargatewebhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fargatewebhook.fargate.Profile;
import io.fargatewebhook.fargate.Profiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesFileTest {
    private static final String DESCRIBED =
            """
            {"fargateProfile": {
              "fargateProfileName": "checkout-profile", "clusterName": "eks-workshop", "status": "ACTIVE", "subnets": ["s"],
              "selectors": [{"namespace": "checkout", "labels": {"fargate": "yes"}}, {"namespace": "*"}], "tags": {}}}
            """;
    private static final String YAML =
            """
            - fargateProfile:
                fargateProfileName: other
                selectors: [{namespace: other}]
            - fargateProfileName: checkout-profile
              selectors:
              - namespace: checkout
                labels: {fargate: 'yes'}
            """;

    @TempDir
    Path folder;

    private Profiles read(String text) throws IOException {
        return ProfilesFile.read(Files.writeString(folder.resolve("profiles"), text));
    }

    @ParameterizedTest
    @ValueSource(strings = {DESCRIBED, "[" + DESCRIBED + "]", YAML})
    void readsWhatAwsPrintsAndListsOfIt(String text) throws IOException {
        assertThat(read(text).select("checkout", Map.of("fargate", "yes")).map(Profile::name))
                .contains("checkout-profile");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "^^ | .selectors must be a list",
                "[] | it lists no profile",
                "{ | it is neither JSON nor YAML",
                "[1] | [0].selectors must be a list",
                "{\"fargateProfile\": {\"selectors\": []}} | .fargateProfile.fargateProfileName must be a text",
                "[{\"fargateProfileName\": \"p\", \"selectors\": []}] | profile p has no selectors",
                "[{\"fargateProfileName\": \"p\", \"selectors\": [{\"labels\": {}}]}] | [0].selectors[0].namespace must be a text",
                "[{\"fargateProfileName\": \"p\", \"selectors\": [{\"namespace\": \"n\", \"labels\": []}]}] | [0].selectors[0].labels must be a map",
                "[{\"fargateProfileName\": \"p\", \"selectors\": [{\"namespace\": \"n\", \"labels\": {\"a\": true}}]}] | [0].selectors[0].labels.a must be a text",
                "{fargateProfileName: p, selectors: [{namespace: n, labels: {fargate: yes}}]} | must be a text that is not empty; YAML takes yes and no for one only in quotes"
            })
    void saysWhereItIsWrong(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(text))
                .withMessageContaining(folder.resolve("profiles").toString())
                .withMessageContaining(message);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProfilesFile.read(folder.resolve("none")))
                .withMessageEndingWith("none: there is no such file");
    }
}
