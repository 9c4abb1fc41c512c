package io.fargatewebhook.certificates;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** The DNS names, and addresses if any, that it is for. */
    public List<String> names() {
        try {
            Collection<List<?>> names = leaf().getSubjectAlternativeNames();
            return names == null ? List.of() : names.stream().map(name -> name.get(1).toString()).toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** Whether a client that trusts these CAs, and no others, would take it at that time. */
    public boolean isTrustedBy(Collection<X509Certificate> cas, Instant time) {
        Date date = Date.from(time);
        // Java takes a CA for good however old it is; API servers do not.
        Set<TrustAnchor> anchors = cas.stream()
                .filter(ca -> !date.before(ca.getNotBefore()) && !date.after(ca.getNotAfter()))
                .map(ca -> new TrustAnchor(ca, null))
                .collect(Collectors.toSet());
        if (anchors.isEmpty()) {
            return false;
        }
        try {
            PKIXParameters trusting = new PKIXParameters(anchors);
            trusting.setRevocationEnabled(false);
            trusting.setDate(date);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), trusting);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return leaf().getSubjectX500Principal() + ", serial " + leaf().getSerialNumber().toString(16) + ", valid from "
                + leaf().getNotBefore().toInstant() + " to " + expiry();
    }
}
