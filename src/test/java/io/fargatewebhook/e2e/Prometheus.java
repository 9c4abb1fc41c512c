package io.fargatewebhook.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fargatewebhook.e2e.kube.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Prometheus server of the tests' own, the program {@code prometheus} that is on the PATH. */
final class Prometheus implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final URI url;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** Whether this machine has one; Debian's package is {@code prometheus}. */
    static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus")));
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param folder for its data and its log
     */
    Prometheus(Path folder, Path configuration) {
        try (var free = new ServerSocket(0)) {
            url = URI.create("http://127.0.0.1:" + free.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var log = folder.resolve("prometheus.log");
        try {
            process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + configuration,
                            "--storage.tsdb.path=" + Files.createTempDirectory(folder, "data"),
                            "--web.listen-address=" + url.getAuthority(),
                            "--log.level=warn")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Await.until("Prometheus is ready; log: " + log, Duration.ofSeconds(60), () -> {
            if (!process.isAlive()) {
                throw new AssertionError("Prometheus ended with exit code " + process.exitValue() + "; log: " + log);
            }
            return get("/-/ready");
        }, answer -> answer.startsWith("200 "));
    }

    /** The samples that a query finds now. */
    List<JsonNode> query(String query) {
        var answer = get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        if (!answer.startsWith("200 ")) {
            throw new AssertionError(query + ": " + answer);
        }
        try {
            return MonitoringFiles.elements(JSON.readTree(answer.substring(4)).path("data").path("result")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String get(String path) {
        try {
            var answer = http.send(HttpRequest.newBuilder(url.resolve(path)).build(), BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
