package io.fargatewebhook.admission;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fargatewebhook.Reviews;
import io.fargatewebhook.TestCertificates;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.config.RestAssuredConfig;
import io.restassured.config.SSLConfig;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestCertificates.class)
class AdmissionResourceTest {
    @TestHTTPResource(value = "/", tls = true)
    URI webhook;

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics;

    private RequestSpecification https;

    @BeforeEach
    void verifyTheCertificate() {
        https = new RequestSpecBuilder()
                .setBaseUri(webhook)
                .setConfig(RestAssuredConfig.config()
                        .sslConfig(SSLConfig.sslConfig().trustStore(TestCertificates.trusted())))
                .setContentType("application/json")
                .build();
    }

    private AdmissionReview post(String path, byte[] review) {
        return given(https)
                .body(review)
                .post(path)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .extract()
                .as(AdmissionReview.class);
    }

    static List<String> reviews() {
        return Reviews.names();
    }

    @Test
    void theTableKnowsEveryReview() {
        assertThat(Reviews.REASONS.keySet()).containsExactlyInAnyOrderElementsOf(Reviews.names());
    }

    @ParameterizedTest
    @MethodSource("reviews")
    void mutateAnswersAsTheTableSays(String name) {
        var sent = Reviews.json(name);
        String reason = Reviews.REASONS.get(name);
        boolean labels = reason.equals("Labelled");
        AdmissionReview review = post("mutate", Reviews.bytes(name));
        assertThat(review.getApiVersion()).isEqualTo(sent.get("apiVersion").textValue());
        assertThat(review.getKind()).isEqualTo("AdmissionReview");
        AdmissionResponse answer = review.getResponse();
        assertThat(answer.getUid()).isEqualTo(sent.at("/request/uid").textValue());
        assertThat(answer.getAllowed()).isTrue();
        assertThat(answer.getAuditAnnotations())
                .isEqualTo(Map.of("decision", labels ? "label" : "skip", "reason", reason));
        if (labels) {
            boolean hasLabels = sent.at("/request/object/metadata/labels").isObject();
            assertThat(answer.getPatchType()).isEqualTo("JSONPatch");
            assertThat(new String(Base64.getDecoder().decode(answer.getPatch()), StandardCharsets.UTF_8))
                    .isEqualTo(
                            hasLabels
                                    ? "[{\"op\":\"add\",\"path\":\"/metadata/labels/fargate\",\"value\":\"yes\"}]"
                                    : "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"fargate\":\"yes\"}}]");
        } else {
            assertThat(answer.getPatchType()).isNull();
            assertThat(answer.getPatch()).isNull();
        }
        if (List.of("Unsupported", "TooLarge", "VolumeClaim").contains(reason)) {
            assertThat(answer.getWarnings()).singleElement().satisfies(warning -> assertThat(warning)
                    .startsWith("fargate-webhook: pod will stay on EC2 (" + reason + "): ")
                    .hasSizeLessThanOrEqualTo(256));
        } else {
            assertThat(answer.getWarnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("reviews")
    void reportDecidesTheSameAndDoesNothing(String name) {
        AdmissionResponse answer = post("report", Reviews.bytes(name)).getResponse();
        assertThat(answer.getAuditAnnotations()).containsEntry("reason", Reviews.REASONS.get(name));
        assertThat(answer.getAllowed()).isTrue();
        assertThat(answer.getPatchType()).isNull();
        assertThat(answer.getPatch()).isNull();
        assertThat(answer.getWarnings()).isEmpty();
        assertThat(answer.getStatus()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "create-cronjobs-report | Labelled | pods of cronjob/report: container \"report\" has limits above its requests (cpu)",
                "create-daemonsets-node-agent | DaemonSet | pods of daemonset/node-agent will stay on EC2: Fargate runs no DaemonSets (DaemonSet)",
                "create-deployments-checkout | Labelled | pods of deployment/checkout fit Fargate size 0.25 vCPU, 1 GB each (requests 250m, 512Mi + 256Mi overhead)",
                "create-jobs-migrate | Unsupported | pods of job/migrate will stay on EC2: container \"migrate\" is privileged",
                "create-replicasets-bare | OptedOut | ^^",
                "create-replicationcontrollers-old | Labelled | pods of replicationcontroller/old fit Fargate size 0.25 vCPU, 0.5 GB each",
                "create-statefulsets-redis | VolumeClaim | pods of statefulset/redis will stay on EC2: volume \"data\" mounts claim \"data\"",
                "update-deployments-checkout | Labelled | pods of deployment/checkout fit Fargate size 0.25 vCPU, 1 GB each",
                "create-pods-privileged | NotPodCreation | ^^",
            })
    void adviseTellsWhatWillBecomeOfThePods(String review, String reason, String warning) {
        AdmissionResponse answer = post("advise", Reviews.bytes(review)).getResponse();
        assertThat(answer.getAllowed()).isTrue();
        assertThat(answer.getPatch()).isNull();
        assertThat(answer.getAuditAnnotations()).containsEntry("reason", reason);
        assertThat(answer.getWarnings()).allSatisfy(told -> assertThat(told).hasSizeLessThanOrEqualTo(256));
        if (warning.isEmpty()) {
            assertThat(answer.getWarnings()).isEmpty();
        } else {
            assertThat(answer.getWarnings().get(0)).startsWith("fargate-webhook: " + warning);
        }
    }

    @Test
    void anAnswerHoldsNothingButWhatTheProtocolNames() {
        given(https)
                .body(Reviews.bytes("create-pods-bound"))
                .post("mutate")
                .then()
                .body("keySet()", equalTo(Set.of("apiVersion", "kind", "response")))
                .body("response.keySet()", equalTo(Set.of("uid", "allowed", "auditAnnotations")));
    }

    @Test
    void warningsNameTheFieldAndTheSchedulersWords() {
        assertThat(post("mutate", Reviews.bytes("create-pods-host-network")).getResponse().getWarnings())
                .containsExactly("fargate-webhook: pod will stay on EC2 (Unsupported): the pod shares the host's network and 1 more "
                        + "(spec.hostNetwork): Pod not supported on Fargate: fields not supported: HostNetwork, "
                        + "port contains HostIP or HostPort");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "{\"kind\":\"AdmissionReview\"}"})
    void whatIsNoReviewGets400AndOneSentence(String body) {
        given(https)
                .body(body)
                .post("mutate")
                .then()
                .statusCode(400)
                .contentType("text/plain")
                .body(startsWith("The "), not(containsString("Exception")));
    }

    @ParameterizedTest
    @CsvSource({"text/plain", "application/yaml", "application/octet-stream"})
    void otherContentTypesGet415(String type) {
        given(https).contentType(type).body("{}".getBytes(StandardCharsets.UTF_8)).post("mutate").then().statusCode(415);
    }

    @Test
    void aParameterOfTheContentTypeIsFine() {
        given(https)
                .contentType("application/json; charset=utf-8")
                .body(Reviews.bytes("create-pods-bare"))
                .post("mutate?timeout=2s")
                .then()
                .statusCode(200);
    }

    @Test
    void over7MiBGets413() {
        given(https).body(new byte[(7 << 20) + 1]).post("mutate").then().statusCode(413).body(startsWith("The body is longer"));
        given(https).body(new byte[7 << 20]).post("mutate").then().statusCode(400);
    }

    @Test
    void metricsTellEndpointsAndDryRunsApart() {
        post("mutate", Reviews.bytes("create-pods-dry-run"));
        post("report", Reviews.bytes("create-pods-redis-0"));
        post("advise", Reviews.bytes("create-daemonsets-node-agent"));
        given().get(metrics)
                .then()
                .statusCode(200)
                .body(
                        containsString(
                                "fargate_webhook_reviews_total{decision=\"skip\",dry_run=\"false\",endpoint=\"advise\",reason=\"DaemonSet\"}"),
                        containsString("fargate_webhook_review_duration_seconds_bucket{endpoint=\"mutate\",le=\"5.0E-4\"}"),
                        containsString("fargate_webhook_review_duration_seconds_bucket{endpoint=\"mutate\",le=\"2.5\"}"),
                        containsString("fargate_webhook_review_size_bytes_bucket{endpoint=\"mutate\",le=\"8192.0\"}"),
                        containsString("fargate_webhook_certificate_expiry_seconds "),
                        containsString("fargate_webhook_warm_up_seconds "),
                        containsString(
                                "fargate_webhook_reviews_total{decision=\"label\",dry_run=\"true\",endpoint=\"mutate\",reason=\"Labelled\"}"),
                        containsString(
                                "fargate_webhook_reviews_total{decision=\"skip\",dry_run=\"false\",endpoint=\"report\",reason=\"VolumeClaim\"}"));
    }
}
