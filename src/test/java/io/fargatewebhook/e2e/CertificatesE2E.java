package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fargatewebhook.certificates.KeyPairException;
import io.fargatewebhook.certificates.Pem;
import io.fargatewebhook.certificates.ServedCertificate;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code certs ensure} with the rights of the manifest: from nothing to a labeled pod, and back from whatever may happen. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificatesE2E {
    private static final String CONFIGURATION = "0400-fargate-webhook";

    private ControlPlane cluster;
    private Installation installation;
    private CertificatesProcess certificates;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation) {
        this.cluster = cluster;
        this.installation = installation;
        certificates = CertificatesProcess.on(cluster);
        installation.stopWebhook();
    }

    /** As after kubectl apply on an empty cluster. */
    @BeforeEach
    void nothingThereYet() {
        secret().delete();
        setCaBundle("");
    }

    @AfterAll
    void bringBackTheCertificateOfOtherTests() {
        secret().delete();
        installation.installCertificates();
    }

    @Test
    void fromNothingToALabeledPod() throws KeyPairException {
        certificates.ensure().succeeded();

        var data = secret().get().getData();
        assertThat(secret().get().getType()).isEqualTo("kubernetes.io/tls");
        assertThat(data).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        var served = ServedCertificate.parse(text(data.get("tls.crt")), text(data.get("tls.key")));
        assertThat(served.leaf().getBasicConstraints()).as("a server's key, not a CA's").isEqualTo(-1);
        assertThat(text(data.get("ca.crt"))).doesNotContain("PRIVATE KEY");
        assertThat(caBundle(0)).hasSize(1).isEqualTo(caBundle(1));

        try (var mount = new SecretMount(cluster, Path.of("target/e2e/mount"))) {
            var webhook = WebhookProcess.launch("certificates", 8443, 9000, mount.folder(), Map.of());
            try {
                installation.route(webhook.awaitReady());
                installation.awaitLabel();
            } finally {
                webhook.kill();
            }
        }
    }

    @Test
    void aSecondRunChangesNothing() {
        certificates.ensure().succeeded();
        var version = secret().get().getMetadata().getResourceVersion();
        var configuration = configurationVersion();

        assertThat(certificates.ensure().succeeded().out()).contains("holds CN=fargate-webhook.fargate-webhook.svc");

        assertThat(secret().get().getMetadata().getResourceVersion()).isEqualTo(version);
        assertThat(configurationVersion()).isEqualTo(configuration);
    }

    @Test
    void tenAtOnceLeaveOneCertificateAndItsCa() throws Exception {
        atOnce(10);
        assertThat(caBundle(0)).hasSize(1).isEqualTo(caBundle(1));
        assertThat(caBundle(0)).isEqualTo(Pem.certificates(text(secret().get().getData().get("ca.crt"))));

        atOnce(10, "--renew", "--settle", "1s");
        assertThat(caBundle(0)).containsAll(Pem.certificates(text(secret().get().getData().get("ca.crt"))));
        assertThat(certificates.ensure().succeeded().out()).doesNotContain("Put");
    }

    private void atOnce(int number, String... options) throws InterruptedException {
        var processes = new ArrayList<Process>();
        for (int i = 0; i < number; i++) {
            processes.add(certificates.start(Path.of("target/e2e/certs-" + i + ".log"), options));
        }
        for (var process : processes) {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as("see target/e2e/certs-*.log").isZero();
        }
    }

    @Test
    void aWipedOrStaleCaBundleIsRepaired() {
        certificates.ensure().succeeded();
        var right = caBundle(0);

        setCaBundle("");
        certificates.ensure().succeeded();
        assertThat(caBundle(0)).isEqualTo(right).isEqualTo(caBundle(1));

        setCaBundle("not even PEM");
        certificates.ensure().succeeded();
        assertThat(caBundle(0)).isEqualTo(right).isEqualTo(caBundle(1));
    }

    @Test
    void aRenewalKeepsTheOldCaAsLongAsItsCertificatesAreGood() throws KeyPairException {
        certificates.ensure().succeeded();
        var old = caBundle(0);
        var before = secret().get().getData().get("tls.crt");

        certificates.ensure("--renew", "--settle", "1s").succeeded();

        assertThat(secret().get().getData().get("tls.crt")).isNotEqualTo(before);
        assertThat(caBundle(0)).hasSize(2).containsAll(old).isEqualTo(caBundle(1));
        setCaBundle("");
        certificates.ensure().succeeded();
        assertThat(caBundle(0)).as("both, from the Secret").hasSize(2).containsAll(old);
    }

    @Test
    void whatIsDueOrBrokenIsRenewed() {
        // A certificate is given five minutes before now, for clocks that are behind: 3 s more, and a third is never left.
        certificates.ensure("--validity", "3s").succeeded();
        assertThat(certificates.ensure("--settle", "0s").succeeded().out()).contains("two thirds of its life are over");

        secret().edit(found -> new SecretBuilder(found).addToData("tls.key", base64("nonsense")).build());
        assertThat(certificates.ensure("--settle", "0s").succeeded().out()).contains("are not a certificate and its key");
        assertThat(certificates.ensure().succeeded().out()).doesNotContain("Renewing");
    }

    @Test
    void somebodyElsesSecretIsCheckedAndLeftAlone() {
        installation.installCertificates();
        var version = secret().get().getMetadata().getResourceVersion();
        var bundle = caBundle(0);

        assertThat(certificates.ensure("--renew").succeeded().out()).contains("is not ours").contains("It is in order.");

        assertThat(secret().get().getMetadata().getResourceVersion()).isEqualTo(version);
        assertThat(caBundle(0)).isEqualTo(bundle);

        setCaBundle("");
        var faulty = certificates.ensure();
        assertThat(faulty.exit()).isEqualTo(1);
        assertThat(faulty.out()).contains("Fault: the caBundle of 0400-fargate-webhook/label.fargate-webhook.io does not trust");
        assertThat(caBundle(0)).isEmpty();
    }

    @Test
    void killedAtAnyPointTheNextRunRepairs() throws Exception {
        for (int millis = 500; millis <= 4000; millis += 700) {
            var process = certificates.start(Path.of("target/e2e/certs-killed.log"), "--renew", "--settle", "1s");
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();

            certificates.ensure().succeeded();
            var cas = Pem.certificates(text(secret().get().getData().get("ca.crt")));
            assertThat(caBundle(0)).containsAll(cas).isEqualTo(caBundle(1));
        }
    }

    @Test
    void itsRightsEndAtTheSecretAndTheCaBundles() {
        System.out.println(cluster.command("k8s/test/certificates-rights").run(Duration.ofMinutes(3)).succeeded().out());
    }

    private Resource<Secret> secret() {
        return cluster.client().secrets().inNamespace("fargate-webhook").withName("fargate-webhook-tls");
    }

    private List<X509Certificate> caBundle(int webhook) {
        var bundle = cluster.client().admissionRegistration().v1().mutatingWebhookConfigurations()
                .withName(CONFIGURATION)
                .get()
                .getWebhooks()
                .get(webhook)
                .getClientConfig()
                .getCaBundle();
        return bundle == null ? List.of() : Pem.certificates(text(bundle));
    }

    private void setCaBundle(String text) {
        var patch = "[{\"op\":\"add\",\"path\":\"/webhooks/%d/clientConfig/caBundle\",\"value\":\"%s\"}]";
        for (int i = 0; i < 2; i++) {
            cluster.client().admissionRegistration().v1().mutatingWebhookConfigurations()
                    .withName(CONFIGURATION)
                    .patch(PatchContext.of(PatchType.JSON), patch.formatted(i, base64(text)));
        }
    }

    private String configurationVersion() {
        return cluster.client().admissionRegistration().v1().mutatingWebhookConfigurations()
                .withName(CONFIGURATION)
                .get()
                .getMetadata()
                .getResourceVersion();
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
