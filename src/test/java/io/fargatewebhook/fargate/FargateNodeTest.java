package io.fargatewebhook.fargate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.Pods;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FargateNodeTest {
    private static boolean fits(String terms) {
        return FargateNode.fitsAffinity(Pods.withSpec(
                        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                                + terms + "}}}")
                .spec());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kubernetes.io/arch | In | [amd64, arm64] | true",
                "kubernetes.io/arch | In | [arm64] | false",
                "kubernetes.io/arch | In | [] | false",
                "kubernetes.io/os | NotIn | [windows] | true",
                "kubernetes.io/os | NotIn | [linux] | false",
                // The owner's wish to stay away, which Fargate itself would not respect.
                "eks.amazonaws.com/compute-type | NotIn | [fargate] | false",
                "eks.amazonaws.com/compute-type | In | [fargate] | true",
                "eks.amazonaws.com/compute-type | Exists | [] | true",
                "eks.amazonaws.com/compute-type | DoesNotExist | [] | false",
                "disktype | In | [ssd] | false",
                "disktype | NotIn | [hdd] | true",
                "disktype | Exists | [] | false",
                "disktype | DoesNotExist | [] | true",
                "topology.kubernetes.io/zone | In | [eu-west-1a] | true",
                "topology.kubernetes.io/zone | NotIn | [eu-west-1a] | true",
                "topology.kubernetes.io/region | Exists | [] | true",
                "topology.kubernetes.io/zone | DoesNotExist | [] | false",
                "kubernetes.io/hostname | In | [ip-10-0-0-1] | false",
                "kubernetes.io/hostname | NotIn | [ip-10-0-0-1] | true",
                "kubernetes.io/hostname | Exists | [] | true",
                "cores | Gt | ['4'] | false",
                "cores | Lt | ['4'] | false",
                "kubernetes.io/arch | gt | ['4'] | false"
            })
    void fitsAnExpression(String key, String operator, String values, boolean expected) {
        String expression = "{key: " + key + ", operator: " + operator + ", values: " + values + "}";
        assertThat(fits("[{matchExpressions: [" + expression + "]}]")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | false",
                "[{}] | false",
                "[{matchExpressions: [{key: disktype, operator: Exists}]}, {matchExpressions: [{key: kubernetes.io/os, operator: Exists}]}] | true",
                "[{matchExpressions: [{key: disktype, operator: Exists}, {key: kubernetes.io/os, operator: Exists}]}] | false",
                "[{matchFields: [{key: metadata.name, operator: In, values: [ip-10-0-0-1]}]}] | false",
                "[{matchFields: [{key: metadata.name, operator: NotIn, values: [ip-10-0-0-1]}]}] | true"
            })
    void fitsAnyTermAndAllOfATerm(String terms, boolean expected) {
        assertThat(fits(terms)).isEqualTo(expected);
    }
}
