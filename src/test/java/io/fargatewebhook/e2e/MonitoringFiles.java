package io.fargatewebhook.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the rules and the dashboard of k8s/components/monitoring ask Prometheus. */
final class MonitoringFiles {
    /** What follows these in parentheses are labels. */
    private static final Pattern GROUPING = Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

    private static final Pattern RANGE = Pattern.compile("\\[[^\\[\\]]*](?![^{]*})|\\boffset\\s+\\w+");
    /** A metric's name with the labels asked for, or a word with a parenthesis: a function. */
    private static final Pattern NAME = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(\\{[^}]*})?\\s*(\\()?");

    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool");

    private MonitoringFiles() {}

    /** All rules of a PrometheusRule's spec. */
    static List<JsonNode> rules(JsonNode spec) {
        return elements(spec.path("groups")).flatMap(group -> elements(group.path("rules"))).toList();
    }

    static List<JsonNode> alerts(JsonNode spec) {
        return rules(spec).stream().filter(rule -> rule.has("alert")).toList();
    }

    /** All queries of a dashboard. */
    static List<String> queries(JsonNode dashboard) {
        return elements(dashboard.path("panels"))
                .flatMap(panel -> elements(panel.path("targets")))
                .map(target -> target.path("expr").asText())
                .toList();
    }

    /** The series that an expression begins with: each metric's name with its labels, whatever is made of it then. */
    static Set<String> selectors(String expression) {
        var rest = RANGE.matcher(GROUPING.matcher(expression).replaceAll(" ")).replaceAll(" ");
        var selectors = new LinkedHashSet<String>();
        NAME.matcher(rest).results().filter(MonitoringFiles::isMetric).forEach(found -> selectors.add(
                found.group(1) + (found.group(2) == null ? "" : found.group(2))));
        return selectors;
    }

    private static boolean isMetric(MatchResult found) {
        return found.group(3) == null && !WORDS.contains(found.group(1));
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
