package io.fargatewebhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fargatewebhook.admission.Mutation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged program does for its users. */
class PackagedIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static PackagedProgram webhook;
    private static HttpClient client;
    private static String url;

    @BeforeAll
    static void startTheWebhook() throws Exception {
        // As the kubelet sets them for a Service of our name; they are not settings.
        webhook = PackagedProgram.start(
                folder, Map.of("FARGATE_WEBHOOK_PORT", "tcp://10.0.0.1:443", "FARGATE_WEBHOOK_SERVICE_HOST", "10.0.0.1"));
        webhook.awaitLog(log -> log.contains("curl ") && log.contains("Ready"));
        url = "https://localhost:" + webhook.port();
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(TestCertificates.trusting(folder.resolve("certs/dev")));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(tls).build();
    }

    @AfterAll
    static void stopTheWebhook() throws InterruptedException {
        webhook.stop();
    }

    private static String curlLine() throws IOException {
        return webhook.log()
                .lines()
                .filter(line -> line.strip().startsWith("curl "))
                .findFirst()
                .orElseThrow()
                .strip();
    }

    private static HttpResponse<String> post(byte[] body) {
        return post("/mutate", body);
    }

    private static HttpResponse<String> post(String path, byte[] body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(body))
                    .build();
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answers(JsonNode review) {
        try {
            for (String path : List.of("/mutate", "/advise")) {
                HttpResponse<String> answer = post(path, JSON.writeValueAsBytes(review));
                assertThat(answer.statusCode()).as("%s: %s%n%s", path, review, answer.body()).isIn(200, 400);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theCurlLineOfTheLogWorksAsItStands() throws Exception {
        assumeThat(new ProcessBuilder("sh", "-c", "command -v curl").start().waitFor()).as("curl is here").isZero();
        Process curl = new ProcessBuilder("sh", "-c", curlLine() + " --silent --fail-with-body")
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode answer = JSON.readTree(curl.getInputStream());
        assertThat(curl.waitFor()).isZero();
        assertThat(answer.at("/response/patch").textValue()).isNotEmpty();
    }

    @Test
    void theDevelopmentKeyIsItsOwnersAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("certs/dev/tls.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void everyReviewIsAnsweredAsTheTableSays() throws IOException {
        for (String name : Reviews.names()) {
            HttpResponse<String> answer = post(Reviews.bytes(name));
            assertThat(answer.statusCode()).as(name).isEqualTo(200);
            assertThat(JSON.readTree(answer.body()).at("/response/auditAnnotations/reason").textValue())
                    .as(name)
                    .isEqualTo(Reviews.REASONS.get(name));
        }
    }

    @Test
    void noMutationOfAReviewGivesA500() {
        Random random = new Random(20261122);
        for (int i = 0; i < 3000; i++) {
            JsonNode review = Reviews.json(Reviews.names().get(i % Reviews.names().size()));
            for (int times = random.nextInt(5); times >= 0; times--) {
                Mutation.anywhere(review, random);
            }
            answers(review);
        }
    }

    @Test
    void noFieldOfAnyTypeGivesA500() {
        Mutation.everyFieldByEveryType(Reviews.json("create-pods-redis-0"), PackagedIT::answers);
        Mutation.everyFieldByEveryType(Reviews.json("create-statefulsets-redis"), PackagedIT::answers);
    }

    @Test
    void aPodOf2MiBIsAnsweredAnd8MiBAreTooMany() throws IOException {
        JsonNode review = Reviews.json("create-pods-bare");
        ((ObjectNode) review.at("/request/object/metadata")).putObject("annotations").put("big", "x".repeat(2 << 20));
        assertThat(post(JSON.writeValueAsBytes(review)).body()).contains("Labelled");
        assertThat(post(new byte[8 << 20]).statusCode()).isEqualTo(413);
        assertThat(post(Reviews.bytes("create-pods-bare")).statusCode()).isEqualTo(200);
    }

    private static String refusedStart(Path folder, Map<String, String> environment) throws Exception {
        PackagedProgram program = PackagedProgram.start(folder, environment);
        assertThat(program.awaitExit()).isEqualTo(1);
        assertThat(program.log()).doesNotContain("\tat ");
        return program.log();
    }

    @Test
    void aCertificateThatIsMissingStopsTheStartWithOneSentence(@TempDir Path other) throws Exception {
        assertThat(refusedStart(
                                other,
                                Map.of(
                                        "QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_CERT", "none/tls.crt",
                                        "QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_KEY", "none/tls.key"))
                        .lines())
                .singleElement()
                .asString()
                .startsWith("fargate-webhook: There is no file none/tls.crt.");
    }

    @Test
    void settingsThatMakeNoSenseStopTheStartWithOneSentence(@TempDir Path other) throws Exception {
        assertThat(refusedStart(other, Map.of("FARGATE_PROFILES", "none.json")))
                .contains("fargate.profiles, file none.json: there is no such file");
    }
}
