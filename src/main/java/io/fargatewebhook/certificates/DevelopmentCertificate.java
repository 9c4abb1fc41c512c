package io.fargatewebhook.certificates;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/** The certificate for localhost that the webhook makes itself on a developer's machine, where none is configured. */
public final class DevelopmentCertificate {
    private static final Logger LOG = Logger.getLogger(DevelopmentCertificate.class);
    private static final Duration VALIDITY = Duration.ofDays(30);
    /** What must be left of an older one to use it again. */
    private static final Duration LEFT = Duration.ofDays(1);

    private static final Path FOLDER = Path.of("certs", "dev");
    private static final Path CA = FOLDER.resolve("ca.crt");
    /** A review to try the webhook with. */
    private static final Path REVIEW = FOLDER.resolve("review.json");
    private static final CertificateFiles FILES =
            new CertificateFiles(FOLDER.resolve("tls.crt"), FOLDER.resolve("tls.key"));

    private DevelopmentCertificate() {}

    /** Whether these files are the ones that are made here: application.properties names them as the default. */
    public static boolean isAt(CertificateFiles files) {
        return files.equals(FILES);
    }

    /**
     * Makes a certificate in {@code certs/dev} unless a valid one is there.
     *
     * @throws CertificateFilesException where it cannot write there
     */
    public static void ensure() throws CertificateFilesException {
        if (isUsable()) {
            return;
        }
        Issued issued = Issued.issue(List.of("localhost"), List.of("127.0.0.1", "0:0:0:0:0:0:0:1"), VALIDITY);
        try (InputStream review = DevelopmentCertificate.class.getResourceAsStream("/reviews/create-pods-checkout-service.json")) {
            Files.createDirectories(FOLDER);
            writeSecret(FILES.key(), Pem.of(issued.key()));
            Files.writeString(FILES.certificate(), Pem.of(List.of(issued.certificate())));
            Files.writeString(CA, Pem.of(List.of(issued.ca())));
            Files.copy(review, REVIEW, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CertificateFilesException("A development certificate cannot be written to "
                    + FOLDER.toAbsolutePath() + ": " + e + ". " + CertificateFiles.advice());
        }
        LOG.infof("Made a development CA and certificate for localhost in %s (valid %d days).", FOLDER, VALIDITY.toDays());
    }

    /** A command that posts a review to the webhook, from the folder in which it was started. */
    public static String curl(int port) {
        return "curl --cacert " + CA + " -H 'Content-Type: application/json' -d @" + REVIEW + " https://localhost:" + port
                + "/mutate";
    }

    private static boolean isUsable() {
        if (!Files.exists(REVIEW)) {
            return false;
        }
        try (InputStream ca = Files.newInputStream(CA)) {
            ServedCertificate found = FILES.read();
            X509Certificate issuer =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(ca);
            found.leaf().verify(issuer.getPublicKey());
            return found.expiry().isAfter(Instant.now().plus(LEFT));
        } catch (IOException | GeneralSecurityException | CertificateFilesException e) {
            return false;
        }
    }

    private static void writeSecret(Path file, String text) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
        Files.deleteIfExists(file);
        Files.writeString(Files.createFile(file, ownerOnly), text);
    }
}
