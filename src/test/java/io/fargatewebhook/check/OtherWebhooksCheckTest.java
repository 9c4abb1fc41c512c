package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.MutatingPolicy;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.Reading;
import io.fargatewebhook.cluster.Reading.Denied;
import io.fargatewebhook.cluster.Reading.Found;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtherWebhooksCheckTest {
    private static final LabelSelector INJECTED =
            new LabelSelectorBuilder().addToMatchLabels("istio-injection", "enabled").build();

    private static List<Line> lines(Reading<List<MutatingPolicy>> policies, MutatingWebhookConfiguration... others) {
        var all = new ArrayList<>(List.of(others));
        all.add(Made.EKS);
        all.add(Made.ours(Names.CONFIGURATION));
        return new OtherWebhooksCheck(new Configurations(all), List.of(Made.namespace("checkout", "yes"))).lines(policies);
    }

    @Test
    void nobody() {
        assertThat(lines(new Found<>(List.of()))).containsExactly(Line.ok("nobody else changes new pods of these namespaces"));
    }

    @Test
    void beforeAndAfterOurs() {
        var rules = Made.EKS.getWebhooks().get(0).getRules();
        var policies = List.of(
                new MutatingPolicy("team-labels", rules, new LabelSelector()), new MutatingPolicy("elsewhere", rules, INJECTED));

        var lines = lines(
                new Found<>(policies),
                Made.configuration("kyverno", "k"),
                Made.configuration("0300-early", "e"),
                Made.configuration("0450-between", "b"),
                Made.configuration("vpc-resource-mutating-webhook", "v"),
                Made.selecting(Made.configuration("istio-sidecar-injector", "i"), INJECTED));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).status()).isEqualTo(Status.WARNING);
        assertThat(lines.get(0).sentence()).startsWith("4 others change new pods");
        assertThat(lines.get(0).advice().get(0)).startsWith("before ours")
                .endsWith(": team-labels (MutatingAdmissionPolicy), 0300-early");
        assertThat(lines.get(0).advice().get(1)).startsWith("after ours").endsWith(": 0450-between, kyverno");
        assertThat(lines.get(1)).isEqualTo(Line.ok("vpc-resource-mutating-webhook is EKS' own and harmless"));
    }

    @Test
    void anyNamespaceMayBeMeantWhereNoneIsLabeled() {
        var configurations = new Configurations(List.of(Made.selecting(Made.configuration("istio", "i"), INJECTED)));

        assertThat(new OtherWebhooksCheck(configurations, List.of()).lines(new Found<>(List.of())).get(0).status())
                .isEqualTo(Status.WARNING);
    }

    @Test
    void policiesThatMayNotBeSeen() {
        assertThat(lines(new Denied<>("no"))).singleElement().extracting(Line::status).isEqualTo(Status.WARNING);
    }
}
