package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Line BROKEN = Line.failure(Docs.STALE_CA_BUNDLE, "broken", "repair it");
    private static final Report REPORT = new Report(List.of(
            new Section("configuration", List.of(Line.ok("there"), BROKEN, BROKEN)),
            new Section("namespaces", List.of(BROKEN, Line.warning(Docs.RIGHTS, "odd")))));

    @Test
    void forPeople() {
        var marks = Map.of(Status.OK, "+", Status.WARNING, "!", Status.FAILURE, "x");
        assertThat(TextReport.of(REPORT, marks::get, 1))
                .isEqualTo("""
                        configuration
                          + there
                          x broken
                              repair it
                              see docs/certificates.md#stale-cabundle
                          x broken
                        namespaces
                          x broken
                              repair it
                              see docs/certificates.md#stale-cabundle
                          ! odd
                              see docs/check.md#rights
                        3 problems, 1 warning
                        """);
    }

    @Test
    void forPrograms() throws JsonProcessingException {
        var root = new ObjectMapper().readTree(JsonReport.of(REPORT));
        assertThat(root.path("status").asText()).isEqualTo("failure");
        assertThat(root.path("summary").asText()).isEqualTo("3 problems, 1 warning");
        assertThat(root.path("checks")).hasSize(5);
        assertThat(root.path("checks").get(0))
                .hasToString("{\"section\":\"configuration\",\"status\":\"ok\",\"sentence\":\"there\"}");
        assertThat(root.path("checks").get(1).path("advice").get(0).asText()).isEqualTo("repair it");
    }

    @Test
    void theSum() {
        assertThat(new Report(List.of(new Section("a", List.of(Line.ok("b"))))).summary()).isEqualTo("all is well");
        assertThat(new Report(List.of(new Section("a", List.of(BROKEN)))).summary()).isEqualTo("1 problem");
        assertThat(new Report(List.of(new Section("a", List.of(Line.warning(Docs.RIGHTS, "b"))))).status())
                .isEqualTo(Status.WARNING);
    }
}
