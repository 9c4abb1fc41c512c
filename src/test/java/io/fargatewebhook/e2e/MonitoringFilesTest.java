package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What k8s/components/monitoring promises without a cluster; k8s/test/monitoring-rules and MonitoringE2E try it. */
class MonitoringFilesTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Path COMPONENT = Path.of("k8s/components/monitoring");

    private final JsonNode tests = read("rules-test.yaml").path("tests");
    private final JsonNode dashboard = read("dashboard.json");

    static List<JsonNode> alerts() {
        return MonitoringFiles.alerts(read("prometheusrule.yaml").path("spec"));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertSaysWhatHappenedAndWhatToDo(JsonNode alert) throws IOException {
        var name = alert.path("alert").asText();
        assertThat(name).startsWith("FargateWebhook");
        assertThat(alert.path("labels").path("severity").asText()).isIn("warning", "critical");
        assertThat(alert.path("annotations").path("summary").asText()).endsWith(".").hasSizeLessThanOrEqualTo(100);
        assertThat(alert.path("annotations").path("description").asText()).endsWith(".");
        var runbook = Path.of(alert.path("annotations").path("runbook_url").asText());
        assertThat(runbook).isEqualTo(Path.of("docs/runbooks/" + name + ".md")).isRegularFile();
        assertThat(Files.readString(runbook)).startsWith("# " + name + "\n");
        assertThat(Files.readString(Path.of("docs/monitoring.md"))).contains("[" + name + "](runbooks/" + name + ".md)");
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertHasATestInWhichItFiresAndOneInWhichItDoesNot(JsonNode alert) {
        var name = alert.path("alert").asText();
        List<Boolean> fires = new ArrayList<>();
        for (var test : tests) {
            for (var asked : test.path("promql_expr_test")) {
                // Either all samples carry the name, or the query asks for this one.
                var samples = asked.path("exp_samples").toString();
                if (asked.path("expr").asText().contains(name) || samples.contains(name)) {
                    fires.add(!asked.path("exp_samples").isEmpty());
                }
            }
            for (var asked : test.path("alert_rule_test")) {
                if (asked.path("alertname").asText().equals(name)) {
                    fires.add(!asked.path("exp_alerts").isEmpty());
                }
            }
        }
        assertThat(fires).as(name).contains(true);
        // The first test asks for all alerts and expects none.
        assertThat(tests.path(0).path("promql_expr_test").toString())
                .contains("{\"expr\":\"ALERTS\",\"eval_time\":\"2h\",\"exp_samples\":[]}");
    }

    @Test
    void everyRunbookBelongsToAnAlert() throws IOException {
        Set<String> names = new HashSet<>();
        alerts().forEach(alert -> names.add(alert.path("alert").asText() + ".md"));
        try (Stream<Path> pages = Files.list(Path.of("docs/runbooks"))) {
            assertThat(pages.map(page -> page.getFileName().toString())).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void theDashboardIsOneThatGrafanaTakes() {
        assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(38);
        assertThat(dashboard.path("templating").path("list").path(0).path("type").asText()).isEqualTo("datasource");
        var panels = MonitoringFiles.elements(dashboard.path("panels")).toList();
        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
        assertThat(panels).allSatisfy(panel -> {
            var place = panel.path("gridPos");
            assertThat(place.path("x").asInt() + place.path("w").asInt()).as(panel.path("title").asText()).isBetween(1, 24);
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
                assertThat(panel.path("targets")).isNotEmpty();
            }
        });
        assertThat(MonitoringFiles.queries(dashboard)).isNotEmpty().allSatisfy(query ->
                assertThat(MonitoringFiles.selectors(query)).as(query).isNotEmpty());
    }

    @Test
    void selectorsAreTheSeriesOfAnExpression() {
        assertThat(MonitoringFiles.selectors("""
                sum by (name) (
                  (a:b_total{name=~".+[.]io",x!="y"} unless a:b_total{name=~".+[.]io",x!="y"}
                    >= last_over_time(c{d="e"}[1h] offset 10m))
                  or increase(f[10m])
                ) / on (g) group_left (h) time() > bool 7 * 24 and i or vector(0)"""))
                .containsExactly("a:b_total{name=~\".+[.]io\",x!=\"y\"}", "c{d=\"e\"}", "f", "i");
    }

    private static JsonNode read(String file) {
        try {
            return YAML.readTree(COMPONENT.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
