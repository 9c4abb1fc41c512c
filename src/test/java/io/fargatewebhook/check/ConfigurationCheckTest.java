package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.Reading.Denied;
import io.fargatewebhook.cluster.Reading.Found;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationCheckTest {
    private static List<Line> lines(MutatingWebhookConfiguration... configurations) {
        return ConfigurationCheck.lines(
                new Configurations(List.of(configurations)), new Found<>(Optional.of(new ValidatingWebhookConfiguration())));
    }

    private static Status worst(List<Line> lines) {
        return new Report(List.of(new Section("", lines))).status();
    }

    @Test
    void allThereAndInOrder() {
        assertThat(worst(lines(Made.EKS, Made.ours(Names.CONFIGURATION)))).isEqualTo(Status.OK);
    }

    /** By bytes, as the API server compares them: not by numbers, and capitals do not occur. */
    @ParameterizedTest
    @CsvSource({
        "fargate-webhook, FAILURE, sorts after",
        "prod-0400-fargate-webhook, FAILURE, sorts after",
        "0500-fargate-webhook, FAILURE, sorts after",
        "0600-fargate-webhook, FAILURE, sorts after",
        "400-fargate-webhook, FAILURE, sorts after",
        "0500-amazon-eks-fargate-mutation.amazonaws.com-0400-fargate-webhook, FAILURE, sorts after",
        "0400-fargate-webhook-prod, WARNING, sorts before",
        "00-fargate-webhook, WARNING, sorts before",
        "0500-amazon-eks-fargate-mutation, WARNING, sorts before",
    })
    void anotherName(String name, Status status, String says) {
        var lines = lines(Made.EKS, Made.ours(name));

        assertThat(worst(lines)).isEqualTo(status);
        assertThat(lines.get(0).sentence()).startsWith("0400-fargate-webhook was renamed to " + name + ", which " + says);
    }

    @Test
    void oneTooMany() {
        var lines = lines(Made.ours(Names.CONFIGURATION), Made.EKS, Made.ours("prod-0400-fargate-webhook"));

        assertThat(worst(lines)).isEqualTo(Status.WARNING);
        assertThat(lines.get(1).sentence()).startsWith("prod-0400-fargate-webhook is a second configuration");
    }

    @Test
    void whatIsMissing() {
        assertThat(lines(Made.EKS).get(0).sentence()).startsWith("0400-fargate-webhook does not exist");
        assertThat(worst(lines(Made.EKS))).isEqualTo(Status.FAILURE);

        var noProfile = lines(Made.ours(Names.CONFIGURATION));
        assertThat(noProfile).filteredOn(line -> line.status() == Status.FAILURE).singleElement()
                .extracting(Line::sentence).asString().contains("does not exist: the cluster has no Fargate profile");

        var noLabel = lines(Made.EKS, Made.configuration(Names.CONFIGURATION, Names.REPORT_WEBHOOK));
        assertThat(worst(noLabel)).isEqualTo(Status.FAILURE);
        assertThat(noLabel.get(1).sentence()).contains("has no webhook label.fargate-webhook.io");

        var noReport = lines(Made.EKS, Made.configuration(Names.CONFIGURATION, Names.LABEL_WEBHOOK));
        assertThat(worst(noReport)).isEqualTo(Status.WARNING);
    }

    @Test
    void adviceIsNotVital() {
        var configurations = new Configurations(List.of(Made.EKS, Made.ours(Names.CONFIGURATION)));

        assertThat(worst(ConfigurationCheck.lines(configurations, new Found<>(Optional.empty())))).isEqualTo(Status.WARNING);
        assertThat(worst(ConfigurationCheck.lines(configurations, new Denied<>("no")))).isEqualTo(Status.WARNING);
    }
}
