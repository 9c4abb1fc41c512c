package io.fargatewebhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

class IssuedTest {
    private static final Issued ISSUED =
            Issued.issue(List.of("localhost", "fargate-webhook.fargate-webhook.svc"), List.of("127.0.0.1"), Duration.ofDays(90));

    @Test
    void isAnEllipticCurveServerCertificateForTheNamesAsked() throws GeneralSecurityException {
        X509Certificate certificate = ISSUED.certificate();
        certificate.verify(ISSUED.ca().getPublicKey());
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> (Object) name.get(1))
                .containsExactlyInAnyOrder("localhost", "fargate-webhook.fargate-webhook.svc", "127.0.0.1");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(Instant.now().plus(Duration.ofDays(89)), Instant.now().plus(Duration.ofDays(90)));
    }

    @Test
    void theCaSignsCertificatesAndNothingElse() {
        assertThat(ISSUED.ca().getBasicConstraints()).isZero();
        assertThat(ISSUED.ca().getKeyUsage()[5]).as("keyCertSign").isTrue();
        assertThat(ISSUED.ca().getKeyUsage()[0]).as("digitalSignature").isFalse();
    }

    @Test
    void eachCaHasANameOfItsOwn() {
        Issued other = Issued.issue(List.of("localhost"), List.of(), Duration.ofDays(1));
        assertThat(other.ca().getSubjectX500Principal()).isNotEqualTo(ISSUED.ca().getSubjectX500Principal());
    }

    @Test
    void aClientThatTrustsTheCaConnects() throws Exception {
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(
                new KeyManager[] {new ServingKeyManager(new ServedCertificate(List.of(ISSUED.certificate()), ISSUED.key()))},
                null,
                null);
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", ISSUED.ca());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trust.getTrustManagers(), null);

        try (SSLServerSocket listening = (SSLServerSocket)
                        server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SSLSocket socket =
                        (SSLSocket) client.getSocketFactory().createSocket(listening.getInetAddress(), listening.getLocalPort())) {
            CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> {
                try (Socket accepted = listening.accept()) {
                    return accepted.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            SSLParameters verifyHost = socket.getSSLParameters();
            verifyHost.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(verifyHost);
            socket.getOutputStream().write(42);
            socket.getOutputStream().flush();
            assertThat(received.get()).isEqualTo(42);
        }
    }
}
