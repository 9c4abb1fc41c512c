package io.fargatewebhook.e2e;

import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The packaged webhook as its container runs it: one process, certificate files, and no credentials for the cluster. */
public final class WebhookProcess {

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Path JVM_OPTIONS = Path.of("src/main/docker/jvm.options");
    private static final Path LOGS = Path.of("target/e2e");

    private final Process process;
    private final Path log;
    private final int port;
    private final URI readiness;

    private WebhookProcess(Process process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        readiness = URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready");
    }

    /**
     * Starts a replica and does not wait for it.
     *
     * @param name of its log file in {@code target/e2e}
     * @param certificates the folder with tls.crt and tls.key
     * @param environment its configuration
     */
    public static WebhookProcess launch(
            String name, int port, int managementPort, Path certificates, Map<String, String> environment) {
        if (!Files.isReadable(JAR)) {
            throw new IllegalStateException(JAR + " is missing: mvn package makes it");
        }
        // Otherwise the other one's readiness would be taken for ours.
        assertFree(port);
        assertFree(managementPort);
        try {
            var log = Files.createDirectories(LOGS).resolve(name + ".log").toAbsolutePath();
            // A folder of its own, so that nothing lying about in the project configures it.
            var folder = Files.createDirectories(LOGS.resolve(name));
            var builder = new ProcessBuilder(command())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            var variables = builder.environment();
            variables.keySet().removeIf(variable -> variable.startsWith("FARGATE_")
                    || variable.startsWith("QUARKUS_")
                    || variable.startsWith("KUBE"));
            var files = certificates.toAbsolutePath();
            variables.put("QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_CERT", files.resolve("tls.crt").toString());
            variables.put("QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_KEY", files.resolve("tls.key").toString());
            variables.put("QUARKUS_HTTP_SSL_PORT", String.valueOf(port));
            variables.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(managementPort));
            variables.putAll(environment);
            var process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new WebhookProcess(process, log, port, managementPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertFree(int port) {
        try {
            new ServerSocket(port).close();
        } catch (IOException e) {
            throw new IllegalStateException("port " + port + " is taken; does another webhook run on this machine?", e);
        }
    }

    private static List<String> command() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Files.isReadable(JVM_OPTIONS)) {
            command.add("@" + JVM_OPTIONS.toAbsolutePath());
        }
        command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
        return command;
    }

    /** Waits until it says that it is ready. */
    public WebhookProcess awaitReady() {
        var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        var request = HttpRequest.newBuilder(readiness).timeout(Duration.ofSeconds(2)).build();
        Await.until(readiness + " answers 200; log: " + log, Duration.ofSeconds(120), () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the webhook ended with exit code " + process.exitValue() + "; log: " + log);
            }
            try {
                return String.valueOf(http.send(request, BodyHandlers.discarding()).statusCode());
            } catch (IOException e) {
                return e.toString();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }, "200"::equals);
        return this;
    }

    public int port() {
        return port;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM, as the kubelet sends it; returns when the process has ended. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    /** SIGKILL: a crash. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Lets the process hang: the kernel accepts connections for it, and nobody answers. */
    public void suspend() {
        signal("-STOP");
        // The signal was sent, not obeyed: on a busy machine a thread may go on for a moment.
        Await.until("all threads have stopped", Duration.ofSeconds(10), this::threadStates, "T"::equals);
    }

    /** The distinct states of the threads, as letters of Linux' /proc. */
    private String threadStates() {
        try (var threads = Files.list(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            var states = new TreeSet<String>();
            for (var thread : threads.toList()) {
                var stat = Files.readString(thread.resolve("stat"));
                states.add(stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1));
            }
            return String.join("", states);
        } catch (NoSuchFileException e) {
            return "a thread ended";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        Command.of("kill", signal, String.valueOf(process.pid())).run(Duration.ofSeconds(5)).succeeded();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the webhook did not end within 60 s; log: " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
