package io.fargatewebhook.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** What the server shows its clients: a certificate, its chain, and the key that belongs to it. */
public record ServedCertificate(List<X509Certificate> chain, PrivateKey key) {

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
