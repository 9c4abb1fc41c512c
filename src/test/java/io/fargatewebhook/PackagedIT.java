package io.fargatewebhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fargatewebhook.admission.Mutation;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as its users start it, with little memory and in a folder of its own. */
class PackagedIT {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Process webhook;
    private static HttpClient client;
    private static String url;

    private static Process start(Path log, Map<String, String> environment) throws IOException {
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-jar", JAR.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        java.environment().put("QUARKUS_HTTP_SSL_PORT", freePort());
        java.environment().put("QUARKUS_MANAGEMENT_PORT", freePort());
        java.environment().putAll(environment);
        return java.start();
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    @BeforeAll
    static void startTheWebhook() throws Exception {
        // As the kubelet sets them for a Service of our name; they are not settings.
        webhook = start(log(), Map.of("FARGATE_WEBHOOK_PORT", "tcp://10.0.0.1:443", "FARGATE_WEBHOOK_SERVICE_HOST", "10.0.0.1"));
        for (int i = 0; i < 300 && !Files.readString(log()).contains("https://localhost:"); i++) {
            assertThat(webhook.isAlive()).as(Files.readString(log())).isTrue();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        url = curlLine().replaceAll(".*(https://\\S+)/mutate.*", "$1");
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(TestCertificates.trusting(folder.resolve("certs/dev")));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(tls).build();
    }

    @AfterAll
    static void stopTheWebhook() throws InterruptedException {
        webhook.destroy();
        assertThat(webhook.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private static Path log() {
        return folder.resolve("log");
    }

    private static String curlLine() throws IOException {
        return Files.readString(log())
                .lines()
                .filter(line -> line.strip().startsWith("curl "))
                .findFirst()
                .orElseThrow()
                .strip();
    }

    private static HttpResponse<String> post(byte[] body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/mutate"))
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
            HttpResponse<String> answer = post(JSON.writeValueAsBytes(review));
            assertThat(answer.statusCode()).as("%s%n%s", review, answer.body()).isIn(200, 400);
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
    }

    @Test
    void aPodOf2MiBIsAnsweredAnd8MiBAreTooMany() throws IOException {
        JsonNode review = Reviews.json("create-pods-bare");
        ((ObjectNode) review.at("/request/object/metadata")).putObject("annotations").put("big", "x".repeat(2 << 20));
        assertThat(post(JSON.writeValueAsBytes(review)).body()).contains("Labelled");
        assertThat(post(new byte[8 << 20]).statusCode()).isEqualTo(413);
        assertThat(post(Reviews.bytes("create-pods-bare")).statusCode()).isEqualTo(200);
    }

    @Test
    void aCertificateThatIsMissingStopsTheStartWithOneSentence() throws Exception {
        Path log = folder.resolve("missing.log");
        Process process = start(
                log,
                Map.of(
                        "QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_CERT", "none/tls.crt",
                        "QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_KEY", "none/tls.key"));
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readString(log).lines()).singleElement().asString().startsWith("fargate-webhook: There is no file none/tls.crt.");
    }

    @Test
    void settingsThatMakeNoSenseStopTheStartWithOneSentence() throws Exception {
        Path log = folder.resolve("settings.log");
        Process process = start(log, Map.of("FARGATE_PROFILES", "none.json"));
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readString(log)).contains("fargate.profiles, file none.json: there is no such file").doesNotContain("\tat ");
    }
}
