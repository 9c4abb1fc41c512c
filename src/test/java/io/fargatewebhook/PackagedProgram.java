package io.fargatewebhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The packaged program as its users start it, with little memory and in a folder of its own. */
public final class PackagedProgram {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

    private final Process process;
    private final Path log;
    private final int port;
    private final int managementPort;

    private PackagedProgram(Process process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** Starts it in this folder, where its log becomes {@code log}, on ports that are free. */
    public static PackagedProgram start(Path folder, Map<String, String> environment) throws IOException {
        Path log = folder.resolve("log");
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-jar", JAR.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        int port = freePort();
        int managementPort = freePort();
        java.environment().put("QUARKUS_HTTP_SSL_PORT", Integer.toString(port));
        java.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        java.environment().put("QUARKUS_SHUTDOWN_DELAY", "0s");
        java.environment().putAll(environment);
        return new PackagedProgram(java.start(), log, port, managementPort);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    /** Returns the log as soon as it fits. */
    public String awaitLog(Predicate<String> fits) throws IOException, InterruptedException {
        for (int i = 0; i < 600 && !fits.test(log()); i++) {
            assertThat(process.isAlive()).as(log()).isTrue();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(log()).matches(fits);
        return log();
    }

    /** What {@code /q/health/ready} answers. */
    public String readiness() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + "/q/health/ready")).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    public int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** SIGTERM; returns when it has ended. */
    public void stop() throws InterruptedException {
        process.destroy();
        awaitExit();
    }
}
