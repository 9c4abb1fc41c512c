package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fargatewebhook.certificates.Issued;
import io.fargatewebhook.certificates.Pem;
import io.fargatewebhook.cluster.Configurations;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.Reading;
import io.fargatewebhook.cluster.Reading.Denied;
import io.fargatewebhook.cluster.Reading.Found;
import io.fargatewebhook.cluster.TlsSecret;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificateCheckTest {
    private static final String NAME = "fargate-webhook.fargate-webhook.svc";
    private static final Issued GOOD = Issued.issue(List.of(NAME, "localhost"), List.of(), Duration.ofDays(90));
    private static final Issued OTHER = Issued.issue(List.of(NAME), List.of(), Duration.ofDays(90));
    private static final Instant NOW = Instant.now();

    private static Reading<Optional<TlsSecret>> secret(Issued issued) {
        return new Found<>(Optional.of(new TlsSecret(new SecretBuilder()
                .addToData("tls.crt", base64(Pem.of(List.of(issued.certificate()))))
                .addToData("tls.key", base64(Pem.of(issued.key())))
                .build())));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The caBundles of label, report and advise. */
    private static CertificateCheck check(Instant now, String label, String report, String advise) {
        var ours = Made.ours(Names.CONFIGURATION);
        ours.getWebhooks().get(0).getClientConfig().setCaBundle(label);
        ours.getWebhooks().get(1).getClientConfig().setCaBundle(report);
        ValidatingWebhookConfiguration advising = new ValidatingWebhookConfigurationBuilder()
                .withNewMetadata().withName(Names.ADVISE_CONFIGURATION).endMetadata()
                .addNewWebhook()
                    .withName("advise.fargate-webhook.io")
                    .withNewClientConfig().withCaBundle(advise).endClientConfig()
                .endWebhook()
                .build();
        return new CertificateCheck(new Configurations(List.of(Made.EKS, ours)), new Found<>(Optional.of(advising)), now);
    }

    private static String bundle(Issued... issued) {
        return base64(Pem.of(List.of(issued).stream().map(Issued::ca).toList()));
    }

    private static List<Line> lines(Instant now, Issued issued, Issued... trusted) {
        return check(now, bundle(trusted), bundle(trusted), bundle(trusted)).lines(secret(issued));
    }

    private static List<String> sentences(List<Line> lines, Status status) {
        return lines.stream().filter(line -> line.status() == status).map(Line::sentence).toList();
    }

    @Test
    void aBundleThatHoldsTheCa() {
        assertThat(lines(NOW, GOOD, OTHER, GOOD)).extracting(Line::status).containsOnly(Status.OK);
        assertThat(lines(NOW, GOOD, GOOD).get(0).sentence())
                .isEqualTo("the caBundle of 0400-fargate-webhook and fargate-webhook-advise trusts the certificate in Secret"
                        + " fargate-webhook/fargate-webhook-tls");
    }

    @Test
    void aStaleBundle() {
        X509Certificate served = GOOD.certificate();
        assertThat(sentences(lines(NOW, GOOD, OTHER), Status.FAILURE)).singleElement().asString()
                .startsWith("the caBundle of 0400-fargate-webhook and fargate-webhook-advise does not trust the certificate")
                .endsWith("(issued by " + served.getIssuerX500Principal() + ", serial "
                        + served.getSerialNumber().toString(16) + ")");

        var half = check(NOW, bundle(OTHER), bundle(GOOD), bundle(GOOD)).lines(secret(GOOD));
        assertThat(sentences(half, Status.FAILURE)).singleElement().asString()
                .startsWith("the caBundle of 0400-fargate-webhook/label.fargate-webhook.io does not trust");
    }

    @Test
    void anEmptyBundle() {
        for (String empty : new String[] {null, "", base64("nonsense")}) {
            var lines = check(NOW, empty, empty, bundle(GOOD)).lines(secret(GOOD));
            assertThat(sentences(lines, Status.FAILURE))
                    .containsExactly("0400-fargate-webhook has no caBundle, so the API server trusts no certificate");
        }
        assertThat(sentences(check(NOW, null, null, null).lines(secret(GOOD)), Status.FAILURE)).hasSize(1);
    }

    @Test
    void onlyTheWebhookThatLabelsMustBeAnswered() {
        var lines = check(NOW, bundle(GOOD), bundle(OTHER), null).lines(secret(GOOD));

        assertThat(sentences(lines, Status.FAILURE)).isEmpty();
        assertThat(sentences(lines, Status.WARNING)).hasSize(2);
    }

    @Test
    void timeGoesBy() {
        Instant end = GOOD.certificate().getNotAfter().toInstant();

        assertThat(lines(end.minus(Duration.ofDays(8)), GOOD, GOOD)).extracting(Line::status).containsOnly(Status.OK);
        assertThat(sentences(lines(end.minus(Duration.ofDays(6)), GOOD, GOOD), Status.WARNING)).singleElement().asString()
                .contains("is valid until " + end + " (6 days)", "should have been renewed");
        assertThat(sentences(lines(end.plusSeconds(1), GOOD, GOOD), Status.FAILURE))
                .containsExactly("the certificate in Secret fargate-webhook/fargate-webhook-tls has expired, at " + end);
        assertThat(sentences(lines(NOW.minus(Duration.ofDays(1)), GOOD, GOOD), Status.FAILURE)).anySatisfy(sentence ->
                assertThat(sentence).contains("is not valid before"));
    }

    @Test
    void whomItIsFor() {
        var elsewhere = Issued.issue(List.of("localhost"), List.of(), Duration.ofDays(90));
        var wildcard = Issued.issue(List.of("*.fargate-webhook.svc"), List.of(), Duration.ofDays(90));

        assertThat(sentences(lines(NOW, elsewhere, elsewhere), Status.FAILURE)).singleElement().asString()
                .contains("is for [localhost] and not for " + NAME);
        assertThat(lines(NOW, wildcard, wildcard)).extracting(Line::status).containsOnly(Status.OK);
    }

    @Test
    void theSecretItself() {
        var check = check(NOW, bundle(GOOD), bundle(GOOD), bundle(GOOD));

        assertThat(sentences(check.lines(new Denied<>("User \"a\" cannot get")), Status.WARNING)).singleElement().asString()
                .contains("could not be checked: User \"a\" cannot get");
        assertThat(sentences(check.lines(new Found<>(Optional.empty())), Status.FAILURE)).singleElement().asString()
                .contains("does not exist");
        var broken = new Found<>(Optional.of(new TlsSecret(new SecretBuilder().addToData("tls.crt", base64("?")).build())));
        assertThat(sentences(check.lines(broken), Status.FAILURE)).singleElement().asString()
                .contains("cannot be served");
    }
}
