package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.VersionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiServerCheckTest {
    @ParameterizedTest
    @CsvSource({
        "1, 30, v1.30.4-eks-a737599, OK",
        "1, 36+, v1.36.3-eks-1, OK",
        "2, 0, v2.0.0, OK",
        "1, 29, v1.29.15, FAILURE",
        "1, 9, v1.9.0, FAILURE",
        "1, '', odd, WARNING",
    })
    void theVersion(String major, String minor, String version, Status expected) {
        var found = new VersionInfo.Builder().withMajor(major).withMinor(minor).withGitVersion(version).build();

        var line = ApiServerCheck.version(found);

        assertThat(line.status()).isEqualTo(expected);
        assertThat(line.sentence()).contains(version.replace("v", ""));
    }
}
