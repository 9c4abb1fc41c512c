package io.fargatewebhook.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.certificates.Issued;
import io.fargatewebhook.certificates.KeyPairException;
import io.fargatewebhook.certificates.ServedCertificate;
import io.fargatewebhook.cluster.CaBundles.CaBundle;
import java.math.BigInteger;
import java.net.HttpURLConnection;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes the webhook's certificate and renews it at two thirds of its life, each time with a new CA whose key is thrown away.
 *
 * <p>At no moment may an API server meet a certificate that it does not trust: such a call fails, and its pod stays off
 * Fargate. So the new CA goes into every caBundle beside the old one first, then, when every API server has seen it, the new
 * pair goes into the Secret. A CA leaves a caBundle when it has expired, for then nothing that it signed is good any more.
 *
 * <p>Any number of these may run at once, and any of them may die at any point: every write is bound to the version that was
 * read, a conflict means to read again, and each run brings whatever it finds to the same end.
 */
public final class CertificateRenewal {
    private static final int ATTEMPTS = 20;

    /**
     * @param namespace of Secret and Service
     * @param secret the Secret that the serving pods mount
     * @param service the Service under which the API servers call
     * @param validity of a new certificate
     * @param settle how long to wait for every API server to see a new CA
     */
    public record Settings(String namespace, String secret, String service, Duration validity, Duration settle) {
        private List<String> dnsNames() {
            String name = service + "." + namespace + ".svc";
            // localhost is for people who try it through a port-forward.
            return List.of(name, name + ".cluster.local", "localhost");
        }
    }

    private final KubernetesClient client;
    private final Settings settings;
    private final CaBundles caBundles;
    private final Consumer<String> say;

    /** @param say is told in one sentence each what is found and done */
    public CertificateRenewal(KubernetesClient client, Settings settings, Consumer<String> say) {
        this.client = client;
        this.settings = settings;
        this.caBundles = new CaBundles(client);
        this.say = say;
    }

    /**
     * Brings Secret and caBundles in order.
     *
     * @param renew even if the certificate is not due yet
     * @return whether all is well now; no where the Secret is somebody else's and something is wrong with it
     * @throws KubernetesClientException where the API server cannot be reached or refuses
     */
    public boolean ensure(boolean renew) throws InterruptedException {
        // Of several that are told to renew at once, the first does, and the others see another serial.
        Optional<BigInteger> unwanted = renew ? read().flatMap(CertificateRenewal::serial) : Optional.empty();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(unwanted);
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == ATTEMPTS) {
                    throw e;
                }
                say.accept("Somebody else changed it meanwhile: reading it again.");
            }
        }
    }

    private boolean attempt(Optional<BigInteger> unwanted) throws InterruptedException {
        Optional<TlsSecret> found = read();
        if (found.isPresent() && !found.get().isOurs()) {
            return check(found.get());
        }
        if (found.isEmpty()) {
            // Nothing is served yet, so the Secret may come first, and then only one of several makes it.
            create();
        } else {
            Optional<String> due = due(found.get(), unwanted);
            if (due.isPresent()) {
                renew(found.get(), due.get());
            }
        }
        Optional<TlsSecret> current = read();
        if (current.isEmpty()) {
            return attempt(Optional.empty());
        }
        trust(current.get().cas());
        say.accept(current.get() + " holds " + describe(current.get()) + ".");
        return true;
    }

    private Optional<TlsSecret> read() {
        return Optional.ofNullable(client.secrets()
                        .inNamespace(settings.namespace())
                        .withName(settings.secret())
                        .get())
                .map(TlsSecret::new);
    }

    private void create() {
        Issued issued = issue();
        client.resource(TlsSecret.of(settings.namespace(), settings.secret(), issued).secret()).create();
        say.accept("Made Secret " + settings.namespace() + "/" + settings.secret() + ".");
    }

    private void renew(TlsSecret current, String why) throws InterruptedException {
        say.accept("Renewing " + current + ": " + why + ".");
        Issued issued = issue();
        List<X509Certificate> both = new ArrayList<>(current.cas());
        both.add(issued.ca());
        trust(both);
        TimeUnit.MILLISECONDS.sleep(settings.settle().toMillis());
        client.resource(current.renewed(issued).secret()).update();
        say.accept("Put the new certificate into " + current + "; pods serve it within about two minutes.");
    }

    private Issued issue() {
        return Issued.issue(settings.dnsNames(), List.of(), settings.validity());
    }

    private Optional<String> due(TlsSecret current, Optional<BigInteger> unwanted) {
        ServedCertificate certificate;
        try {
            certificate = current.certificate();
        } catch (KeyPairException e) {
            return Optional.of(e.getMessage());
        }
        if (unwanted.filter(certificate.leaf().getSerialNumber()::equals).isPresent()) {
            return Optional.of("as asked");
        }
        if (Instant.now().isAfter(renewal(certificate))) {
            return Optional.of("two thirds of its life are over");
        }
        if (!certificate.isTrustedBy(current.cas(), Instant.now())) {
            return Optional.of("its ca.crt is not the CA of its certificate");
        }
        if (!certificate.names().containsAll(settings.dnsNames())) {
            return Optional.of("its certificate is not for " + settings.dnsNames().get(0));
        }
        return Optional.empty();
    }

    private static Instant renewal(ServedCertificate certificate) {
        Instant from = certificate.leaf().getNotBefore().toInstant();
        return from.plus(Duration.between(from, certificate.expiry()).multipliedBy(2).dividedBy(3));
    }

    private void trust(List<X509Certificate> cas) {
        for (String configuration : caBundles.trust(cas)) {
            say.accept("Put the CA into the caBundle of " + configuration + ".");
        }
    }

    /** Somebody else's Secret, brought by hand or by cert-manager: it and its caBundles are theirs. */
    private boolean check(TlsSecret theirs) {
        say.accept(theirs + " is not ours (no label app.kubernetes.io/managed-by=" + TlsSecret.MANAGER
                + "), so it is only checked.");
        List<String> faults = new ArrayList<>();
        try {
            ServedCertificate certificate = theirs.certificate();
            if (!certificate.isValidAt(Instant.now())) {
                faults.add("its certificate is not valid now: " + certificate);
            }
            if (!certificate.names().contains(settings.dnsNames().get(0))) {
                faults.add("its certificate is not for " + settings.dnsNames().get(0));
            }
            for (CaBundle bundle : caBundles.read()) {
                if (!certificate.isTrustedBy(bundle.certificates(), Instant.now())) {
                    faults.add("the caBundle of " + bundle.webhook() + " does not trust its certificate");
                }
            }
        } catch (KeyPairException e) {
            faults.add(e.getMessage());
        }
        faults.forEach(fault -> say.accept("Fault: " + fault + ". See docs/certificates.md."));
        if (faults.isEmpty()) {
            say.accept("It is in order.");
        }
        return faults.isEmpty();
    }

    private static Optional<BigInteger> serial(TlsSecret current) {
        try {
            return Optional.of(current.certificate().leaf().getSerialNumber());
        } catch (KeyPairException e) {
            return Optional.empty();
        }
    }

    private static String describe(TlsSecret current) {
        try {
            ServedCertificate certificate = current.certificate();
            return certificate + ", to be renewed from " + renewal(certificate) + " on";
        } catch (KeyPairException e) {
            return e.getMessage();
        }
    }
}
