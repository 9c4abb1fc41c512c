package io.fargatewebhook;

import io.fargatewebhook.certificates.Issued;
import io.fargatewebhook.certificates.IssuedFiles;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real certificate for the webhook under test, and the trust store of a client that verifies it. */
public final class TestCertificates implements QuarkusTestResourceLifecycleManager {
    private static final Path FOLDER = Path.of("target", "test-certificates");

    @Override
    public Map<String, String> start() {
        try {
            IssuedFiles.write(
                    Issued.issue(List.of("localhost"), List.of("127.0.0.1"), Duration.ofDays(1)), FOLDER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "quarkus.tls.webhook.key-store.pem.0.cert", FOLDER.resolve("tls.crt").toString(),
                "quarkus.tls.webhook.key-store.pem.0.key", FOLDER.resolve("tls.key").toString(),
                "quarkus.http.host", "localhost",
                "quarkus.http.test-ssl-port", "0",
                "quarkus.management.test-port", "0");
    }

    @Override
    public void stop() {}

    /** Trusts nothing but the CA in this folder. */
    public static KeyStore trusting(Path folder) {
        try (InputStream ca = Files.newInputStream(folder.resolve("ca.crt"))) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyStore trusted() {
        return trusting(FOLDER);
    }
}
