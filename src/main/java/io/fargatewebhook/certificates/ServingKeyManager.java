package io.fargatewebhook.certificates;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows each new connection the newest certificate.
 *
 * <p>A handshake asks for key and chain one after the other. The alias names the generation, so that it never gets the key of
 * one and the chain of another.
 */
final class ServingKeyManager extends X509ExtendedKeyManager {
    private record Generation(int number, ServedCertificate certificate) {}

    private volatile Generation current;
    /** For handshakes that chose it right before it was replaced. */
    private volatile Generation previous;

    ServingKeyManager(ServedCertificate certificate) {
        current = new Generation(0, certificate);
        previous = current;
    }

    synchronized void serve(ServedCertificate certificate) {
        previous = current;
        current = new Generation(previous.number + 1, certificate);
    }

    ServedCertificate current() {
        return current.certificate;
    }

    private Generation generation(String alias) {
        Generation newest = current;
        return alias.equals(Integer.toString(newest.number)) ? newest : previous;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        Generation newest = current;
        return keyType.equals(newest.certificate.key().getAlgorithm()) ? Integer.toString(newest.number) : null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return generation(alias).certificate.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return generation(alias).certificate.key();
    }

    /** The webhook is never a TLS client. */
    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
