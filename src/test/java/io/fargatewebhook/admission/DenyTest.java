package io.fargatewebhook.admission;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.fargatewebhook.Reviews;
import io.fargatewebhook.TestCertificates;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.config.RestAssuredConfig;
import io.restassured.config.SSLConfig;
import io.restassured.response.ValidatableResponse;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Only where an operator says so is a pod turned away, and only by /mutate. */
@QuarkusTest
@TestProfile(DenyTest.Deny.class)
@QuarkusTestResource(TestCertificates.class)
class DenyTest {
    public static class Deny implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("fargate.unsupported", "deny");
        }
    }

    @TestHTTPResource(value = "/", tls = true)
    URI webhook;

    private ValidatableResponse post(String path) {
        return given().config(RestAssuredConfig.config()
                        .sslConfig(SSLConfig.sslConfig().trustStore(TestCertificates.trusted())))
                .contentType("application/json")
                .body(Reviews.bytes("create-pods-privileged"))
                .post(webhook.resolve(path))
                .then()
                .statusCode(200)
                .body("response.auditAnnotations.decision", equalTo("deny"))
                .body("response.auditAnnotations.reason", equalTo("Unsupported"))
                .body("response.patch", nullValue())
                .body("response.warnings", nullValue());
    }

    @Test
    void mutateTurnsThePodAway() {
        post("/mutate")
                .body("response.allowed", equalTo(false))
                .body("response.status.code", equalTo(403))
                .body(
                        "response.status.message",
                        startsWith("fargate-webhook: pod is denied, since it cannot run on Fargate (Unsupported): container \"c\" is privileged"));
    }

    @Test
    void reportNeverDoes() {
        post("/report").body("response.allowed", equalTo(true)).body("response.status", nullValue());
    }
}
