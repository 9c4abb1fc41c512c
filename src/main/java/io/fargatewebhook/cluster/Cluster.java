package io.fargatewebhook.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.certificates.Pem;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;


/** The cluster that a command works on, found as every client finds it: KUBECONFIG, else the cluster that it runs in. */
public final class Cluster {
    private Cluster() {}

    public static KubernetesClient connect() {
        Config config = Config.autoConfigure(null);
        config.setUserAgent("fargate-webhook");
        // People and the commands' own loops wait for the answer: a second of trying again, and not minutes.
        config.setRequestRetryBackoffLimit(3);
        // The client takes every client key for RSA unless told otherwise; most clusters made today use ECDSA.
        clientCertificate(config).ifPresent(pem -> Pem.certificates(pem).stream()
                .findFirst()
                .ifPresent(certificate -> config.setClientKeyAlgo(certificate.getPublicKey().getAlgorithm())));
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static Optional<String> clientCertificate(Config config) {
        try {
            if (config.getClientCertData() != null) {
                return Optional.of(new String(
                        Base64.getDecoder().decode(config.getClientCertData()), StandardCharsets.US_ASCII));
            }
            if (config.getClientCertFile() != null) {
                return Optional.of(Files.readString(Path.of(config.getClientCertFile())));
            }
        } catch (IOException | IllegalArgumentException e) {
            // The client itself says what is wrong with it.
        }
        return Optional.empty();
    }

    /** What went wrong with a request, in one sentence for the person who runs the command. */
    public static String explain(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null) {
            return "The API server says: " + e.getStatus().getMessage();
        }
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return "The API server cannot be reached (" + detail(root) + "). Does KUBECONFIG name the right cluster?";
    }

    private static String detail(Throwable root) {
        // What the JDK's HTTP client makes of the two most frequent ones.
        if (root instanceof ClosedChannelException) {
            return "connection refused";
        }
        if (root instanceof UnresolvedAddressException) {
            return "no such host";
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
