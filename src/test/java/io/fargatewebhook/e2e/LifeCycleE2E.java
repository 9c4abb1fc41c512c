package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Under load, neither a new certificate nor a new replica may cost a pod: a call that fails is a pod left off Fargate. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifeCycleE2E {
    private static final int ROTATIONS = 20;
    private static final int CREATIONS = 20_000;
    private static final int REPLACEMENTS = 10;
    /** timeoutSeconds of the shipped configuration. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private ControlPlane cluster;
    private Installation installation;
    private CertificatesProcess certificates;
    private SecretMount mount;
    private String namespace;
    private final List<WebhookProcess> replicas = new ArrayList<>();
    private int started;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) {
        this.cluster = cluster;
        this.installation = installation;
        certificates = CertificatesProcess.on(cluster);
        cluster.client().secrets().inNamespace("fargate-webhook").withName("fargate-webhook-tls").delete();
        certificates.ensure().succeeded();
        mount = new SecretMount(cluster, Path.of("target/e2e/mount-life"));
        namespace = namespaces.create("e2e-life", Map.of("fargate", "yes"));
    }

    @AfterEach
    void noReplicas() {
        installation.route();
        replicas.forEach(WebhookProcess::kill);
        replicas.clear();
    }

    @AfterAll
    void bringBackTheCertificateOfOtherTests() {
        mount.close();
        cluster.client().secrets().inNamespace("fargate-webhook").withName("fargate-webhook-tls").delete();
        installation.installCertificates();
    }

    private WebhookProcess replica() {
        started++;
        var begin = Instant.now();
        var replica = WebhookProcess.launch(
                "life-" + started, 18443 + started, 19000 + started, mount.folder(), Map.of());
        replicas.add(replica);
        replica.awaitReady();
        System.out.printf("replica %d: start to ready %d ms%n", started, Duration.between(begin, Instant.now()).toMillis());
        return replica;
    }

    /** Measured, and printed: these machines are too noisy to hold it to 100 ms. What would cost a pod is the timeout. */
    @Test
    void theFirstReviewsAfterReadyAreInTime() throws Exception {
        var review = HttpRequest.newBuilder(URI.create("https://localhost:" + replica().port() + "/mutate"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofFile(
                        Path.of("src/test/resources/reviews/create-pods-checkout-service.json")))
                .build();
        var millis = new ArrayList<Long>();
        var client = HttpClient.newBuilder().sslContext(trustingTheSecretsCa()).build();
        for (int i = 0; i < 1000; i++) {
            var begin = System.nanoTime();
            assertThat(client.send(review, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(200);
            millis.add((System.nanoTime() - begin) / 1_000_000);
        }
        System.out.printf(
                "first 1000 reviews after ready: the slowest took %d ms (the very first %d ms), %d more than 100 ms%n",
                Collections.max(millis), millis.get(0), millis.stream().filter(took -> took > 100).count());
        assertThat(Collections.max(millis)).isLessThan(TIMEOUT.toMillis());
    }

    private SSLContext trustingTheSecretsCa() throws Exception {
        var secret = cluster.client().secrets().inNamespace("fargate-webhook").withName("fargate-webhook-tls").get();
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        var ca = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(secret.getData().get("ca.crt"))));
        trusted.setCertificateEntry("ca", ca);
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, managers.getTrustManagers(), null);
        return tls;
    }

    @Test
    void rotationsCostNoPod() {
        installation.route(replica());
        installation.awaitLabel();
        try (var load = Load.on(cluster, namespace)) {
            for (int i = 0; i < ROTATIONS; i++) {
                certificates.ensure("--renew", "--settle", "2s").succeeded();
                assertThat(load.missed()).as("rotation %d", i).isEmpty();
            }
            Await.until("enough pods", Duration.ofMinutes(10), load::created, created -> created >= CREATIONS);
            load.stop();
            System.out.printf("%d rotations: %d of %d pods missed%n", ROTATIONS, load.missed().size(), load.created());
            assertThat(load.missed()).isEmpty();
        }
    }

    @Test
    void rollingReplacementsCostNoPod() throws InterruptedException {
        var first = replica();
        var second = replica();
        installation.route(first, second);
        installation.awaitLabel();
        try (var load = Load.on(cluster, namespace)) {
            for (int i = 0; i < REPLACEMENTS; i++) {
                var next = replica();
                // What Kubernetes does at once: the new pod becomes an endpoint, the old one no longer is one and is told to stop.
                installation.route(first, second, next);
                var stopping = new Thread(first::stop);
                stopping.start();
                installation.route(second, next);
                stopping.join();
                first = second;
                second = next;
                assertThat(load.missed()).as("replacement %d", i).isEmpty();
            }
            load.stop();
            System.out.printf("%d replacements: %d of %d pods missed%n", REPLACEMENTS, load.missed().size(), load.created());
            assertThat(load.missed()).isEmpty();
        }
    }

    /** Nobody can promise that this costs nothing: it is measured. The number is in docs/failure-modes.md. */
    @Test
    void aCrashOfOneOfTwoReplicasCostsWhatWasInFlight() {
        var first = replica();
        var second = replica();
        installation.route(first, second);
        installation.awaitLabel();
        try (var load = Load.on(cluster, namespace)) {
            Await.until("load", Duration.ofMinutes(1), load::created, created -> created >= 500);
            var killed = Instant.now();
            first.kill();
            // The readiness probe has to fail before the endpoint goes: by the manifest, within this time.
            Await.until("time for the probe", Duration.ofMinutes(1), Instant::now, now -> now.isAfter(killed.plusSeconds(5)));
            installation.route(second);
            var after = load.created();
            Await.until("load", Duration.ofMinutes(1), load::created, created -> created >= after + 1000);
            load.stop();
            System.out.printf(
                    "kill -9 of one of two, endpoint gone after 5 s: %d of %d pods missed%n",
                    load.missed().size(), load.created());
        }
        installation.awaitLabel();
    }
}
