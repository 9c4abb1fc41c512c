package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperationsBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorsTest {
    @ParameterizedTest
    @CsvSource({
        "CREATE, '', v1, pods, Namespaced, true",
        "*, *, *, *, *, true",
        "CREATE, '', v1, */*, , true",
        "CREATE, '', v1, pods/*, , true",
        "UPDATE, '', v1, pods, , false",
        "CREATE, apps, v1, pods, , false",
        "CREATE, '', v2, pods, , false",
        "CREATE, '', v1, pods/binding, , false",
        "CREATE, '', v1, services, , false",
        "CREATE, '', v1, pods, Cluster, false",
    })
    void rulesForNewPods(String operation, String group, String version, String resource, String scope, boolean expected) {
        var rule = new RuleWithOperationsBuilder()
                .withOperations(operation).withApiGroups(group).withApiVersions(version).withResources(resource).withScope(scope)
                .build();
        assertThat(Selectors.selectPodCreation(List.of(rule))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "In, yes, true", "In, no, false", "NotIn, yes, false", "NotIn, no, true", "Exists, , true", "DoesNotExist, , false"
    })
    void expressions(String operator, String value, boolean expected) {
        var selector = new LabelSelectorBuilder().addNewMatchExpression()
                .withKey("fargate").withOperator(operator).withValues(value == null ? new String[0] : new String[] {value})
                .endMatchExpression().build();
        assertThat(Selectors.matches(selector, Map.of("fargate", "yes"))).isEqualTo(expected);
    }

    @Test
    void labels() {
        var selector = new LabelSelectorBuilder().addToMatchLabels("fargate", "yes").build();
        assertThat(Selectors.matches(selector, Map.of("fargate", "yes", "a", "b"))).isTrue();
        assertThat(Selectors.matches(selector, Map.of("fargate", "no"))).isFalse();
        assertThat(Selectors.matches(null, Map.of())).isTrue();
    }
}
