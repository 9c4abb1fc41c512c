package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fargatewebhook.cluster.ProbePod.Answer;
import io.fargatewebhook.cluster.ProbePod.Created;
import io.fargatewebhook.cluster.ProbePod.NotPermitted;
import io.fargatewebhook.cluster.ProbePod.Refused;
import io.fargatewebhook.cluster.Reading.Denied;
import io.fargatewebhook.cluster.Reading.Found;
import io.fargatewebhook.fargate.Profile;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.fargate.Selector;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesCheckTest {
    private static final Label LABEL = new Label("fargate", "yes");
    private static final Answer TAKEN =
            new Created(Map.of("fargate", "yes", Profiles.PROFILE_LABEL, "fp-default"), "fargate-scheduler", List.of());
    private static final Answer NOT_TAKEN = new Created(Map.of("fargate", "yes"), "default-scheduler", List.of());
    private static final Answer NOT_LABELED = created(Map.of());

    private static Created created(Map<String, String> labels, String... warnings) {
        return new Created(labels, "default-scheduler", List.of(warnings));
    }

    private static Profiles profiles(Selector selector) {
        return new Profiles(List.of(new Profile("fp", List.of(selector))));
    }

    private static List<Line> lines(String namespace, String value, Answer answer, Optional<Profiles> profiles, boolean faulty) {
        var settings = new Placer(LABEL, Decision.SKIP, Decision.SKIP, Set.of("kube-system"), profiles);
        LabelSelector ours = new LabelSelectorBuilder().addToMatchLabels("fargate", "yes").build();
        return new NamespacesCheck(settings, ours, new ProbeVerdict(LABEL, faulty, faulty), probed -> answer)
                .lines(new Found<>(List.of(Made.namespace(namespace, value))));
    }

    private static Line line(Answer answer) {
        return lines("checkout", "yes", answer, Optional.empty(), false).get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "report, OK, only counted",
        "no, OK, left alone",
        "False, OK, left alone",
        "Yes, WARNING, did you mean yes?",
        "true, WARNING, did you mean yes?",
        "'', WARNING, did you mean yes?",
        "Report, WARNING, did you mean report?",
        "reporting, WARNING, did you mean report?",
    })
    void valuesThatMoveNothing(String value, Status status, String says) {
        assertThat(lines("checkout", value, TAKEN, Optional.empty(), false)).singleElement().satisfies(line -> {
            assertThat(line.status()).isEqualTo(status);
            assertThat(line.sentence()).startsWith("checkout (fargate=" + value + "): ").contains(says);
        });
    }

    @Test
    void namespacesThatTheWebhookLeavesOut() {
        assertThat(lines("kube-system", "yes", TAKEN, Optional.empty(), false)).singleElement()
                .extracting(Line::status).isEqualTo(Status.WARNING);
        var settings = new Placer(LABEL, Decision.SKIP, Decision.SKIP, Set.of(), Optional.empty());
        var nobody = new LabelSelectorBuilder().addToMatchLabels("team", "a").build();
        assertThat(new NamespacesCheck(settings, nobody, new ProbeVerdict(LABEL, false, false), probed -> TAKEN)
                        .lines(new Found<>(List.of(Made.namespace("checkout", "yes")))))
                .singleElement().extracting(Line::sentence).asString().contains("the webhook leaves this namespace out");
    }

    @Test
    void noneAtAll() {
        var settings = new Placer(LABEL, Decision.SKIP, Decision.SKIP, Set.of(), Optional.empty());
        var check = new NamespacesCheck(settings, new LabelSelector(), new ProbeVerdict(LABEL, false, false), probed -> TAKEN);
        assertThat(check.lines(new Found<>(List.of()))).singleElement().extracting(Line::status).isEqualTo(Status.OK);
        assertThat(check.lines(new Denied<>("no"))).singleElement().extracting(Line::status).isEqualTo(Status.WARNING);
    }

    @Test
    void takenAndNot() {
        assertThat(line(TAKEN)).isEqualTo(Line.ok("checkout (fargate=yes): a dry-run pod comes back with schedulerName"
                + " fargate-scheduler, profile fp-default"));
        assertThat(line(NOT_TAKEN).status()).isEqualTo(Status.FAILURE);
        assertThat(line(NOT_TAKEN).advice().get(0)).startsWith("no Fargate profile selects pods of this namespace");
        assertThat(line(NOT_LABELED).status()).isEqualTo(Status.FAILURE);
        assertThat(line(NOT_LABELED).docs()).isEqualTo(Docs.NETWORK.link());
    }

    @Test
    void aCauseThatIsKnownIsNotGuessedAt() {
        assertThat(lines("checkout", "yes", NOT_TAKEN, Optional.empty(), true).get(0).advice())
                .containsExactly("what is wrong with the configuration above explains it");
        assertThat(lines("checkout", "yes", NOT_LABELED, Optional.empty(), true).get(0).advice())
                .containsExactly("what is wrong with the certificate or the Service above explains it");
    }

    @Test
    void somethingElseIsGoingOn() {
        var warning = "fargate-webhook: pod will stay on EC2 (NoProfile): no Fargate profile";
        var ours = line(created(Map.of(), "PodSecurity", warning));
        assertThat(ours.status()).isEqualTo(Status.FAILURE);
        assertThat(ours.sentence()).endsWith("alone: pod will stay on EC2 (NoProfile): no Fargate profile");

        var optedOut = line(created(Map.of("fargate", "no")));
        assertThat(optedOut.status()).isEqualTo(Status.FAILURE);
        assertThat(optedOut.sentence()).contains("comes back with fargate=no, which opts it out");

        var other = line(new Created(Map.of(Profiles.PROFILE_LABEL, "fp-all"), "fargate-scheduler", List.of()));
        assertThat(other.status()).isEqualTo(Status.WARNING);
        assertThat(other.sentence()).contains("without the label fargate=yes, and is taken by profile fp-all all the same");
    }

    @Test
    void podsThatAreRefused() {
        assertThat(line(new Refused("exceeded quota")).status()).isEqualTo(Status.WARNING);
        assertThat(line(new NotPermitted("User \"a\" cannot create")).status()).isEqualTo(Status.WARNING);
        var closed = line(new Refused("failed calling webhook \"label.fargate-webhook.io\": no endpoints available"));
        assertThat(closed.status()).isEqualTo(Status.FAILURE);
        assertThat(closed.sentence()).contains("no pod can be created");
    }

    @Test
    void profilesThatAreGiven() {
        var selecting = profiles(new Selector("*", Map.of("fargate", "yes")));
        var elsewhere = profiles(new Selector("other", Map.of("fargate", "yes")));
        var all = profiles(new Selector("check*", Map.of()));

        assertThat(lines("checkout", "yes", TAKEN, Optional.of(selecting), false)).containsExactly(line(TAKEN));
        assertThat(lines("checkout", "yes", TAKEN, Optional.of(elsewhere), false)).singleElement()
                .extracting(Line::status).isEqualTo(Status.WARNING);
        assertThat(lines("checkout", "yes", NOT_TAKEN, Optional.of(elsewhere), false).get(0).advice().get(0))
                .startsWith("none of the given profiles selects");
        assertThat(lines("checkout", "yes", TAKEN, Optional.of(all), false)).hasSize(2).last().satisfies(line -> {
            assertThat(line.status()).isEqualTo(Status.WARNING);
            assertThat(line.sentence()).contains("profile fp takes its pods with or without our label");
            assertThat(line.advice().get(0)).contains("eks.amazonaws.com/compute-type: ec2");
        });
    }
}
