package io.fargatewebhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged program tells those who operate it, where they have asked for it. */
class ObservabilityIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Of the API server that calls the webhook. */
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void logLinesAreJsonAndTracesGoToTheCollector(@TempDir Path folder) throws Exception {
        List<String> spans = new CopyOnWriteArrayList<>();
        // Stands in for an OpenTelemetry collector: it takes what is posted to the path of the OTLP specification.
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            spans.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        PackagedProgram webhook = PackagedProgram.start(
                folder,
                Map.of(
                        "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true",
                        "QUARKUS_OTEL_SDK_DISABLED", "false",
                        "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                        "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "100ms",
                        "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                                "http://localhost:" + collector.getAddress().getPort()));
        try {
            webhook.awaitLog(log -> log.contains("Ready"));
            post(webhook, folder, "create-pods-privileged");
            webhook.awaitLog(log -> log.contains("Unsupported"));

            assertThat(webhook.log().lines()).allSatisfy(line -> assertThat(json(line).isObject()).isTrue());
            JsonNode line = webhook.log().lines()
                    .map(ObservabilityIT::json)
                    .filter(fields -> fields.at("/mdc/reason").asText().equals("Unsupported"))
                    .findFirst()
                    .orElseThrow();
            assertThat(line.at("/mdc/namespace").textValue()).isEqualTo("checkout");
            assertThat(line.at("/mdc/object").textValue()).isEqualTo("privileged");
            assertThat(line.at("/mdc/endpoint").textValue()).isEqualTo("mutate");
            assertThat(line.at("/mdc/decision").textValue()).isEqualTo("skip");
            assertThat(line.at("/mdc/field").textValue()).isEqualTo("spec.containers[0].securityContext.privileged");
            assertThat(line.path("message").textValue()).contains("container \"c\" is privileged");
            assertThat(line.at("/mdc/traceId").textValue()).isEqualTo(TRACE);
        } finally {
            webhook.stop(); // and sends the spans it still has
            collector.stop(0);
        }
        assertThat(spans).anySatisfy(span -> assertThat(span).contains("POST /mutate", "fargate-webhook"));
        assertThat(String.join("", spans).split("POST /mutate", -1)).as("of one review, and none of the warm-up").hasSize(2);
    }

    private static void post(PackagedProgram webhook, Path folder, String review) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(TestCertificates.trusting(folder.resolve("certs/dev")));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + webhook.port() + "/mutate"))
                .header("Content-Type", "application/json")
                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .POST(BodyPublishers.ofByteArray(Reviews.bytes(review)))
                .build();
        assertThat(HttpClient.newBuilder().sslContext(tls).build().send(request, BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new IllegalStateException("not JSON: " + line, e);
        }
    }
}
