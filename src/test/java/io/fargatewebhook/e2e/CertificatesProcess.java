package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.e2e.kube.Command;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the Deployment {@code fargate-webhook-certificates} runs, with a token of its ServiceAccount and no other right. */
final class CertificatesProcess {
    static final String NAMESPACE = "fargate-webhook";
    static final String ACCOUNT = "fargate-webhook-certificates";

    private final Path kubeconfig;

    private CertificatesProcess(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    static CertificatesProcess on(ControlPlane cluster) {
        return new CertificatesProcess(Program.kubeconfig(cluster, NAMESPACE, ACCOUNT));
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
        var words = new ArrayList<>(List.of("certs", "ensure"));
        words.addAll(List.of(options));
        return Program.command(words.toArray(String[]::new));
    }
}
