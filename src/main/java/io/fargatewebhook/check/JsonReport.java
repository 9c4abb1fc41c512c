package io.fargatewebhook.check;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/** A report for programs: one flat list, so that {@code jq '.checks[] | select(.status == "failure")'} is all they need. */
public final class JsonReport {
    private record Root(String status, String summary, List<Check> checks) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Check(String section, String status, String sentence, List<String> advice, String docs) {}

    private JsonReport() {}

    public static String of(Report report) {
        List<Check> checks = report.sections().stream()
                .flatMap(section -> section.lines().stream()
                        .map(line -> new Check(
                                section.title(), line.status().word(), line.sentence(), line.advice(), line.docs())))
                .toList();
        try {
            return new JsonMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(new Root(report.status().word(), report.summary(), checks));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
