package io.fargatewebhook.e2e;

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

/** The packaged program with arguments, as the container runs it. */
final class Program {
    private static final Path FOLDER = Path.of("target/e2e");

    private Program() {}

    static List<String> command(String... arguments) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@src/main/docker/jvm.options",
                "-jar",
                "target/quarkus-app/quarkus-run.jar"));
        words.addAll(List.of(arguments));
        return words;
    }

    /** A kubeconfig with a token of this ServiceAccount and no other right. */
    static Path kubeconfig(ControlPlane cluster, String namespace, String account) {
        var token = cluster.command("kubectl", "create", "token", account, "-n", namespace, "--duration", "2h")
                .run(Duration.ofSeconds(30))
                .succeeded()
                .out()
                .strip();
        var config = cluster.client().getConfiguration();
        var file = FOLDER.resolve(account + ".kubeconfig").toAbsolutePath();
        try {
            var ca = config.getCaCertData() != null
                    ? config.getCaCertData()
                    : Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(config.getCaCertFile())));
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    file,
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
        return file;
    }
}
