package io.fargatewebhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.Pods;
import io.fargatewebhook.placement.Placer.Label;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "fargate | {metadata: {}} | {\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"fargate\":\"yes\"}}",
                "fargate | {metadata: {labels: {}}} | {\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"fargate\":\"yes\"}}",
                "fargate | {metadata: {labels: {a: b}}} | {\"op\":\"add\",\"path\":\"/metadata/labels/fargate\",\"value\":\"yes\"}",
                "a.io/fargate | {metadata: {}} | {\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a.io/fargate\":\"yes\"}}",
                "a.io/fargate | {metadata: {labels: {a: b}}} | {\"op\":\"add\",\"path\":\"/metadata/labels/a.io~1fargate\",\"value\":\"yes\"}"
            })
    void isOneAdd(String key, String pod, String operation) {
        String patch = new Patch(new Label(key, "yes")).forPod(Pods.pod(pod));
        assertThat(new String(Base64.getDecoder().decode(patch), StandardCharsets.UTF_8)).isEqualTo("[" + operation + "]");
    }
}
