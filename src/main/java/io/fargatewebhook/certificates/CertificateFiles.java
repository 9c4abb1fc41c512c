package io.fargatewebhook.certificates;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.eclipse.microprofile.config.Config;

/** The two PEM files that hold the certificate to serve, with its chain, and its key. */
public record CertificateFiles(Path certificate, Path key) {
    private static final String PROPERTY = "quarkus.tls.webhook.key-store.pem.0.";

    /** As they are right now. */
    record Content(String certificate, String key) {}

    /** The files that the TLS registry's configuration {@code webhook} names. */
    public static CertificateFiles configuredIn(Config config) {
        return new CertificateFiles(
                Path.of(config.getValue(PROPERTY + "cert", String.class)),
                Path.of(config.getValue(PROPERTY + "key", String.class)));
    }

    /**
     * The certificate in these files.
     *
     * @throws CertificateFilesException where a file cannot be read or the two do not belong together
     */
    public ServedCertificate read() throws CertificateFilesException {
        return parse(content());
    }

    Content content() throws CertificateFilesException {
        return new Content(text(certificate), text(key));
    }

    private static String text(Path file) throws CertificateFilesException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new CertificateFilesException("There is no file " + file + ". " + advice());
        } catch (AccessDeniedException e) {
            throw new CertificateFilesException("The file " + file + " must not be read by this user. " + advice());
        } catch (IOException e) {
            throw new CertificateFilesException("The file " + file + " cannot be read: " + e + ". " + advice());
        }
    }

    static String advice() {
        return "Set " + PROPERTY + "cert and " + PROPERTY + "key to a certificate and its key, or leave both out for a development certificate.";
    }

    ServedCertificate parse(Content content) throws CertificateFilesException {
        try {
            return ServedCertificate.parse(content.certificate(), content.key());
        } catch (KeyPairException e) {
            throw new CertificateFilesException(
                    "The files " + certificate + " and " + key + " cannot be served: " + e.getMessage() + ".");
        }
    }
}
