package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The guard and the policy that labels decide alike, about the pods that the webhook is asked about. */
class PolicyFilesTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final JsonNode guard = spec("k8s/components/guard/validatingadmissionpolicy.yaml");
    private final JsonNode alternative = spec("k8s/alternatives/policy/mutatingadmissionpolicy.yaml");

    @Test
    void variablesOfTheSameNameAreTheSame() {
        var of = variables(alternative);
        var shared = variables(guard);
        shared.keySet().retainAll(of.keySet());

        assertThat(shared).containsKeys(
                "optedOut", "nodeAssigned", "otherScheduler", "daemonSet", "unsupported", "tooLarge", "volumeClaim");
        assertThat(shared).isEqualTo(of);
    }

    @Test
    void theyAreAboutThePodsThatTheWebhookIsAskedAbout() throws IOException {
        var webhook = YAML.readTree(Path.of("k8s/base/mutatingwebhookconfiguration.yaml").toFile()).path("webhooks").path(0);
        assertThat(webhook.path("name").asText()).isEqualTo("label.fargate-webhook.io");

        for (var policy : new JsonNode[] {guard, alternative}) {
            var constraints = policy.path("matchConstraints");
            assertThat(constraints.path("namespaceSelector")).isEqualTo(webhook.path("namespaceSelector"));
            assertThat(constraints.path("resourceRules")).isEqualTo(webhook.path("rules"));
            assertThat(policy.path("matchConditions")).isEqualTo(webhook.path("matchConditions"));
        }
    }

    /** The API server may cut a longer one. */
    @Test
    void warningsFitInto256Characters() {
        var guardName = "'fargate-webhook-guard'";
        var prefix = "Validation failed for ValidatingAdmissionPolicy " + guardName + " with binding " + guardName + ": ";

        assertThat(guard.path("validations")).hasSize(2).allSatisfy(validation ->
                assertThat(prefix + validation.path("message").asText()).hasSizeLessThanOrEqualTo(256));
    }

    private static Map<String, String> variables(JsonNode policy) {
        var variables = new TreeMap<String, String>();
        policy.path("variables").forEach(variable -> variables.put(
                variable.path("name").asText(), variable.path("expression").asText()));
        return variables;
    }

    private static JsonNode spec(String file) {
        try {
            return YAML.readTree(Path.of(file).toFile()).path("spec");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
