package io.fargatewebhook.check;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fargatewebhook.certificates.KeyPairException;
import io.fargatewebhook.certificates.Pem;
import io.fargatewebhook.certificates.ServedCertificate;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.Reading;
import io.fargatewebhook.cluster.TlsSecret;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether the API server would take the certificate in the Secret, which is what the replicas serve. */
final class CertificateCheck {
    private static final Duration SOON = Duration.ofDays(7);
    private static final String SECRET = "Secret " + Names.NAMESPACE + "/" + Names.TLS_SECRET;
    private static final String SERVER_NAME = Names.SERVICE + "." + Names.NAMESPACE + ".svc";
    private static final String RENEW =
            "if the webhook makes its own certificate: kubectl rollout restart -n " + Names.NAMESPACE + " deployment/"
                    + Names.DEPLOYMENT + "-certificates";

    private record CaBundle(String configuration, String webhook, List<X509Certificate> cas) {}

    private final List<CaBundle> caBundles;
    private final String whenACallFails;
    private final Instant now;

    CertificateCheck(
            Configurations configurations,
            Reading<Optional<ValidatingWebhookConfiguration>> advise,
            Instant now) {
        Stream<CaBundle> mutating = configurations.ours().stream()
                .flatMap(found -> found.getWebhooks().stream()
                        .map(webhook -> caBundle(found, webhook.getName(), webhook.getClientConfig())));
        Stream<CaBundle> validating = advise.orElse(Optional.empty()).stream()
                .flatMap(found -> found.getWebhooks().stream()
                        .map(webhook -> caBundle(found, webhook.getName(), webhook.getClientConfig())));
        this.caBundles = Stream.concat(mutating, validating).toList();
        this.whenACallFails = configurations.whenACallFails();
        this.now = now;
    }

    private static CaBundle caBundle(HasMetadata configuration, String webhook, WebhookClientConfig client) {
        byte[] pem = client.getCaBundle() == null ? new byte[0] : Base64.getDecoder().decode(client.getCaBundle());
        return new CaBundle(
                configuration.getMetadata().getName(),
                webhook,
                Pem.certificates(new String(pem, StandardCharsets.ISO_8859_1)));
    }

    List<Line> lines(Reading<Optional<TlsSecret>> secret) {
        List<Line> lines = new ArrayList<>();
        List<CaBundle> empty = caBundles.stream().filter(bundle -> bundle.cas().isEmpty()).toList();
        if (!empty.isEmpty()) {
            lines.add(untrusting(empty, names(empty) + " has no caBundle, so the API server trusts no certificate"));
        }
        lines.addAll(secret.fold(this::secret, denied -> List.of(Line.notSeen(
                SECRET, denied, "the dry-run pods below show whether the API server trusts the certificate"))));
        return lines;
    }

    /** Only one of our webhooks labels pods. */
    private Line untrusting(List<CaBundle> bundles, String sentence) {
        return bundles.stream().anyMatch(bundle -> bundle.webhook().equals(Names.LABEL_WEBHOOK))
                ? Line.failure(Docs.STALE_CA_BUNDLE, sentence, whenACallFails, RENEW)
                : Line.warning(
                        Docs.STALE_CA_BUNDLE,
                        sentence,
                        "pods are labeled all the same, but nothing is reported or advised",
                        RENEW);
    }

    private List<Line> secret(Optional<TlsSecret> secret) {
        if (secret.isEmpty()) {
            return List.of(Line.failure(
                    Docs.CERTIFICATES,
                    SECRET + " does not exist, so no replica can start",
                    "the Deployment " + Names.DEPLOYMENT + "-certificates, cert-manager or certs/install makes it"));
        }
        try {
            return certificate(secret.get().certificate());
        } catch (KeyPairException e) {
            return List.of(Line.failure(Docs.CERTIFICATES, SECRET + " cannot be served: " + e.getMessage(), RENEW));
        }
    }

    private List<Line> certificate(ServedCertificate certificate) {
        List<Line> lines = new ArrayList<>();
        trust(certificate).ifPresent(lines::add);
        lines.add(validity(certificate));
        if (!isForService(certificate)) {
            lines.add(Line.failure(
                    Docs.CERTIFICATES,
                    "the certificate in " + SECRET + " is for " + certificate.names() + " and not for " + SERVER_NAME,
                    whenACallFails,
                    RENEW));
        }
        return lines;
    }

    private Optional<Line> trust(ServedCertificate certificate) {
        List<CaBundle> present = caBundles.stream().filter(bundle -> !bundle.cas().isEmpty()).toList();
        if (present.isEmpty()) {
            return Optional.empty();
        }
        // That it has expired is another line's business.
        Instant time = now.isAfter(certificate.expiry()) ? certificate.expiry() : now;
        List<CaBundle> stale = present.stream()
                .filter(bundle -> !certificate.isTrustedBy(bundle.cas(), time))
                .toList();
        return Optional.of(
                stale.isEmpty()
                        ? Line.ok("the caBundle of " + names(present) + " trusts the certificate in " + SECRET)
                        : untrusting(
                                stale,
                                "the caBundle of " + names(stale) + " does not trust the certificate in " + SECRET
                                        + " (issued by " + certificate.leaf().getIssuerX500Principal() + ", serial "
                                        + certificate.leaf().getSerialNumber().toString(16) + ")"));
    }

    private Line validity(ServedCertificate certificate) {
        Duration left = Duration.between(now, certificate.expiry());
        if (left.isNegative()) {
            return Line.failure(
                    Docs.CERTIFICATES,
                    "the certificate in " + SECRET + " has expired, at " + certificate.expiry(),
                    whenACallFails,
                    RENEW);
        }
        if (!certificate.isValidAt(now)) {
            return Line.failure(
                    Docs.CERTIFICATES,
                    "the certificate in " + SECRET + " is not valid before "
                            + certificate.leaf().getNotBefore().toInstant(),
                    whenACallFails,
                    "look at the clocks, here and where it was made");
        }
        String until = "the certificate is valid until " + certificate.expiry() + " (" + span(left) + ")";
        return left.compareTo(SOON) < 0
                ? Line.warning(Docs.CERTIFICATES, until + "; it should have been renewed by now", RENEW)
                : Line.ok(until);
    }

    private static String span(Duration left) {
        return left.toDays() > 1 ? left.toDays() + " days" : left.toHours() + " hours";
    }

    private static boolean isForService(ServedCertificate certificate) {
        String wildcard = "*" + SERVER_NAME.substring(SERVER_NAME.indexOf('.'));
        return certificate.names().contains(SERVER_NAME) || certificate.names().contains(wildcard);
    }

    /** A configuration by its name alone where all of its webhooks are meant. */
    private String names(List<CaBundle> bundles) {
        return bundles.stream()
                .map(bundle -> bundles.containsAll(of(bundle.configuration()))
                        ? bundle.configuration()
                        : bundle.configuration() + "/" + bundle.webhook())
                .distinct()
                .collect(Collectors.joining(" and "));
    }

    private List<CaBundle> of(String configuration) {
        return caBundles.stream().filter(bundle -> bundle.configuration().equals(configuration)).toList();
    }
}
