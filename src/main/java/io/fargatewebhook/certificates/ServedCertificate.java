package io.fargatewebhook.certificates;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.X509KeyManager;

/** What the server shows its clients: a certificate, its chain, and the key that belongs to it. */
public record ServedCertificate(List<X509Certificate> chain, PrivateKey key) {

    /**
     * Reads the certificate with its chain and its key from PEM; the key in PKCS#8, PKCS#1 or SEC1.
     *
     * @throws KeyPairException where either is not PEM, or the two do not belong together
     */
    public static ServedCertificate parse(String certificatePem, String keyPem) throws KeyPairException {
        // What the TLS registry reads the same files with.
        PemKeyCertOptions pem = new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(certificatePem))
                .addKeyValue(Buffer.buffer(keyPem));
        ServedCertificate parsed;
        try {
            // No Vertx is needed, since there is no file to read.
            String alias = pem.loadKeyStore(null).aliases().nextElement();
            X509KeyManager keys = (X509KeyManager) pem.getKeyManagerFactory(null).getKeyManagers()[0];
            parsed = new ServedCertificate(List.of(keys.getCertificateChain(alias)), keys.getPrivateKey(alias));
        } catch (Exception e) {
            throw new KeyPairException("they are not a certificate and its key in PEM (" + e.getMessage() + ")");
        }
        if (!parsed.keyBelongsToLeaf()) {
            throw new KeyPairException("the key is not the one of the certificate " + parsed);
        }
        return parsed;
    }

    private boolean keyBelongsToLeaf() {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] message = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(leaf());
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    public X509Certificate leaf() {
        return chain.get(0);
    }

    /** When no client takes it any more. */
    public Instant expiry() {
        return leaf().getNotAfter().toInstant();
    }

    /** Whether clients take it then. */
    public boolean isValidAt(Instant time) {
        return !time.isBefore(leaf().getNotBefore().toInstant()) && !time.isAfter(expiry());
    }

    @Override
    public String toString() {
        return leaf().getSubjectX500Principal() + ", serial " + leaf().getSerialNumber().toString(16) + ", valid from "
                + leaf().getNotBefore().toInstant() + " to " + expiry();
    }
}
