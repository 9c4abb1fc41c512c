package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.e2e.kube.Command;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What the Deployment {@code fargate-webhook-certificates} runs, with a token of its ServiceAccount and no other right. */
final class CertificatesProcess {
    static final String NAMESPACE = "fargate-webhook";
    static final String ACCOUNT = "fargate-webhook-certificates";

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Path KUBECONFIG = Path.of("target/e2e/certificates.kubeconfig");

    private final Path kubeconfig;

    private CertificatesProcess(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    static CertificatesProcess on(ControlPlane cluster) {
        var token = cluster.command("kubectl", "create", "token", ACCOUNT, "-n", NAMESPACE, "--duration", "2h")
                .run(Duration.ofSeconds(30))
                .succeeded()
                .out()
                .strip();
        var config = cluster.client().getConfiguration();
        try {
            var ca = config.getCaCertData() != null
                    ? config.getCaCertData()
                    : Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(config.getCaCertFile())));
            Files.deleteIfExists(KUBECONFIG);
            Files.createFile(KUBECONFIG, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    KUBECONFIG,
                    """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: "%s"}}]
                    users: [{name: u, user: {token: "%s"}}]
                    contexts: [{name: x, context: {cluster: c, user: u}}]
                    current-context: x
                    """
                            .formatted(config.getMasterUrl(), ca, token));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new CertificatesProcess(KUBECONFIG.toAbsolutePath());
    }

    /** Runs {@code certs ensure} with these options to its end. */
    Command.Result ensure(String... options) {
        return new Command(command(options), environment()).run(Duration.ofMinutes(2));
    }

    /** Starts it and does not wait. */
    Process start(Path log, String... options) {
        var builder = new ProcessBuilder(command(options)).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment());
        try {
            var process = builder.start();
            assertThat(process.isAlive()).isTrue();
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> environment() {
        return Map.of("KUBECONFIG", kubeconfig.toString());
    }

    private static List<String> command(String... options) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@src/main/docker/jvm.options",
                "-jar",
                JAR.toString(),
                "certs",
                "ensure"));
        words.addAll(List.of(options));
        return words;
    }
}
