package io.fargatewebhook.e2e.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/** The cluster and the user that a kubeconfig file names. */
public record Kubeconfig(Path file) {

    public KubernetesClient client() {
        return new KubernetesClientBuilder().withConfig(config()).build();
    }

    Config config() {
        var config = Config.fromKubeconfig(file.toFile());
        // The client takes a key in PKCS#8 for RSA unless told otherwise.
        config.setClientKeyAlgo(keyAlgorithm(config));
        return config;
    }

    private static String keyAlgorithm(Config config) {
        try {
            var pem = config.getClientCertData() != null
                    ? Base64.getDecoder().decode(config.getClientCertData())
                    : config.getClientCertFile() != null ? Files.readAllBytes(Path.of(config.getClientCertFile())) : null;
            return pem == null
                    ? config.getClientKeyAlgo()
                    : CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(pem))
                            .getPublicKey()
                            .getAlgorithm();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("client certificate of the kubeconfig", e);
        }
    }
}
