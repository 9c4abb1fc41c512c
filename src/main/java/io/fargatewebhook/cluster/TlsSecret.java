package io.fargatewebhook.cluster;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fargatewebhook.certificates.Issued;
import io.fargatewebhook.certificates.KeyPairException;
import io.fargatewebhook.certificates.Pem;
import io.fargatewebhook.certificates.ServedCertificate;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** The Secret of type {@code kubernetes.io/tls} that the serving pods mount. */
public record TlsSecret(Secret secret) {
    static final String MANAGER = "fargate-webhook-certificates";

    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    /** The CA of the certificate first, then those before it that have not expired; for people, and to repair caBundles. */
    private static final String CAS = "ca.crt";

    /** A new one, which can be told from any other by its label. */
    static TlsSecret of(String namespace, String name, Issued issued) {
        return new TlsSecret(new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels(MANAGED_BY, MANAGER)
                .addToLabels("app.kubernetes.io/name", "fargate-webhook")
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withData(data(issued, List.of(issued.ca())))
                .build());
    }

    /** The same Secret with a new certificate; whoever changes it meanwhile makes the update a conflict. */
    TlsSecret renewed(Issued issued) {
        List<X509Certificate> cas = new ArrayList<>(List.of(issued.ca()));
        cas.addAll(cas());
        return new TlsSecret(new SecretBuilder(secret).withData(data(issued, cas)).build());
    }

    private static Map<String, String> data(Issued issued, List<X509Certificate> cas) {
        return Map.of(
                CERTIFICATE, base64(Pem.of(List.of(issued.certificate()))),
                KEY, base64(Pem.of(issued.key())),
                CAS, base64(Pem.of(cas)));
    }

    boolean isOurs() {
        Map<String, String> labels = secret.getMetadata().getLabels();
        return labels != null && MANAGER.equals(labels.get(MANAGED_BY));
    }

    /** @throws KeyPairException where there is none that could be served */
    public ServedCertificate certificate() throws KeyPairException {
        return ServedCertificate.parse(text(CERTIFICATE), text(KEY));
    }

    /** The CAs that must be trusted for the certificates of this Secret, those that have expired left out. */
    List<X509Certificate> cas() {
        Date now = new Date();
        return Pem.certificates(text(CAS)).stream()
                .filter(ca -> ca.getNotAfter().after(now))
                .toList();
    }

    private String text(String key) {
        String base64 = secret.getData() == null ? null : secret.getData().get(key);
        return base64 == null ? "" : new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "Secret " + secret.getMetadata().getNamespace() + "/" + secret.getMetadata().getName();
    }
}
