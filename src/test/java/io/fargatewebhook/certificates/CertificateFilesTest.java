package io.fargatewebhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    private static final Issued ISSUED = Issued.issue(List.of("localhost"), List.of(), Duration.ofDays(1));
    private static final Issued OTHER = Issued.issue(List.of("localhost"), List.of(), Duration.ofDays(1));

    @TempDir
    Path folder;

    private CertificateFiles files;

    @BeforeEach
    void write() throws IOException {
        files = new CertificateFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        Files.writeString(files.certificate(), Pem.of(List.of(ISSUED.certificate(), ISSUED.ca())));
        Files.writeString(files.key(), Pem.of(ISSUED.key()));
    }

    private void refused(String message) {
        assertThatExceptionOfType(CertificateFilesException.class)
                .isThrownBy(() -> files.read())
                .withMessageContaining(message)
                .withMessageContaining(folder.toString());
    }

    @Test
    void readsAChainAndItsKey() throws CertificateFilesException {
        assertThat(files.read().chain()).containsExactly(ISSUED.certificate(), ISSUED.ca());
        assertThat(files.read().expiry()).isEqualTo(ISSUED.certificate().getNotAfter().toInstant());
    }

    /** SEC1 and PKCS#1, as openssl and cert-manager write keys unless told otherwise: read, and found to be others. */
    @Test
    void readsTheOlderKeyFormats() throws Exception {
        writeKey("EC", 256);
        refused("is not the one of the certificate");
        writeKey("RSA", 2048);
        refused("private key algorithm does not match");
    }

    private void writeKey(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, new BouncyCastleProvider());
        generator.initialize(bits);
        StringWriter pem = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(pem)) {
            writer.writeObject(generator.generateKeyPair().getPrivate());
        }
        assertThat(pem.toString()).contains("BEGIN " + algorithm + " PRIVATE KEY");
        Files.writeString(files.key(), pem.toString());
    }

    @Test
    void namesAMissingFile() throws IOException {
        Files.delete(files.key());
        refused("There is no file " + files.key());
    }

    @Test
    void refusesTheKeyOfAnotherCertificate() throws IOException {
        Files.writeString(files.key(), Pem.of(OTHER.key()));
        refused("The files " + files.certificate() + " and " + files.key()
                + " cannot be served: the key is not the one of the certificate CN=localhost");
    }

    @Test
    void refusesWhatIsNoPem() throws IOException {
        Files.writeString(files.certificate(), "nonsense");
        refused("they are not a certificate and its key in PEM");
        Files.writeString(files.certificate(), "");
        refused("they are not a certificate and its key in PEM");
    }

    @Test
    void neverQuotesTheKey() throws IOException {
        String key = Pem.of(ISSUED.key());
        Files.writeString(files.key(), key.replace("PRIVATE KEY", "SECRET"));
        assertThatExceptionOfType(CertificateFilesException.class)
                .isThrownBy(() -> files.read())
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(key.lines().toList().get(1)));
    }
}
