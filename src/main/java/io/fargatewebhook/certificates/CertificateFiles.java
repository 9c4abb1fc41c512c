package io.fargatewebhook.certificates;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import javax.net.ssl.X509KeyManager;
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
        PemKeyCertOptions pem = new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(content.certificate()))
                .addKeyValue(Buffer.buffer(content.key()));
        ServedCertificate read;
        try {
            // No Vertx is needed, since the files are read already.
            KeyStore store = pem.loadKeyStore(null);
            String alias = store.aliases().nextElement();
            X509KeyManager keys = (X509KeyManager) pem.getKeyManagerFactory(null).getKeyManagers()[0];
            read = new ServedCertificate(List.of(keys.getCertificateChain(alias)), keys.getPrivateKey(alias));
        } catch (Exception e) {
            throw new CertificateFilesException(
                    "The files " + certificate + " and " + key + " are not a certificate and its key in PEM: " + e.getMessage());
        }
        if (!belongTogether(read.leaf().getPublicKey(), read.key())) {
            throw new CertificateFilesException(
                    "The key in " + key + " is not the one of the certificate in " + certificate + " (" + read.leaf().getSubjectX500Principal()
                            + ", serial " + read.leaf().getSerialNumber().toString(16) + ").");
        }
        return read;
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
        String algorithm =
                switch (privateKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> privateKey.getAlgorithm();
                };
        try {
            byte[] message = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
