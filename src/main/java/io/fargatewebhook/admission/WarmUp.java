package io.fargatewebhook.admission;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.vertx.http.HttpsServerStart;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Ready only when the port for reviews is open and its answers are fast.
 *
 * <p>The first review of a new JVM costs more than the webhook's timeout of two seconds allows, and a review that times out is
 * a pod left off Fargate. So the server first sends itself reviews of all kinds, over its own port and TLS.
 */
@Readiness
@Singleton
class WarmUp implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);

    /** What is fast: far below the webhook's timeout, and far above what a warm server needs. */
    private static final Duration FAST = Duration.ofMillis(50);
    /** So many rounds in a row must be fast, since the compilers work in the background. */
    private static final int FAST_ROUNDS = 3;
    /** A slow replica is better than none. */
    private static final Duration AT_MOST = Duration.ofSeconds(30);

    /** One for each branch of the decision, and of the protocol. */
    private static final List<String> PODS = List.of(
            "create-pods-arm64",
            "create-pods-bare",
            "create-pods-bound",
            "create-pods-checkout-service",
            "create-pods-dry-run",
            "create-pods-gpu",
            "create-pods-host-network",
            "create-pods-host-path",
            "create-pods-labelled-no",
            "create-pods-labelled-yes",
            "create-pods-migrate",
            "create-pods-node-agent",
            "create-pods-own-scheduler",
            "create-pods-privileged",
            "create-pods-redis-0",
            "create-pods-sidecars",
            "delete-pods-bare",
            "v1beta1-create-pods-checkout-service");

    private static final List<String> WORKLOADS = List.of("create-deployments-checkout", "create-daemonsets-node-agent");

    /** https://www.w3.org/TR/trace-context/: flags 00, whoever collects traces does not want these. */
    private static final String NOT_SAMPLED = "00-00000000000000000000000000000001-0000000000000001-00";

    private record Sample(Endpoint endpoint, Buffer review) {}

    /** Begins the uid of each review of this warm-up; a secret, so that nobody else's are taken for ours. */
    private final String token = UUID.randomUUID().toString();

    private final Vertx vertx;
    private volatile boolean ready;
    private volatile boolean fast;
    private volatile long tookNanos;

    WarmUp(Vertx vertx, MeterRegistry registry) {
        this.vertx = vertx;
        TimeGauge.builder("fargate.webhook.warm.up", () -> tookNanos, TimeUnit.NANOSECONDS)
                .description("Time from listening to ready, in which the server sent itself reviews")
                .register(registry);
        Gauge.builder("fargate.webhook.warm", () -> fast ? 1 : 0)
                .description("1 once the warm-up has seen fast answers, 0 where it gave up before")
                .register(registry);
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("warm-up").status(ready).build();
    }

    /** Whether this is a review of the warm-up, which counts nowhere. */
    boolean sent(Review.Request<?> request) {
        return request.uid().startsWith(token);
    }

    void start(@ObservesAsync HttpsServerStart server) {
        // A thread of its own: other observers of this event need not wait for it.
        Thread thread = new Thread(() -> warm(server.options()), "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private void warm(HttpServerOptions server) {
        List<Sample> samples = Stream.of(
                        PODS.stream().map(name -> new Sample(Endpoint.MUTATE, review(name))),
                        PODS.stream().map(name -> new Sample(Endpoint.REPORT, review(name))),
                        WORKLOADS.stream().map(name -> new Sample(Endpoint.ADVISE, review(name))))
                .flatMap(reviews -> reviews)
                .toList();
        long start = System.nanoTime();
        int rounds = 0;
        try {
            for (int inARow = 0; inARow < FAST_ROUNDS && System.nanoTime() - start < AT_MOST.toNanos(); rounds++) {
                inARow = slowest(server, samples) <= FAST.toNanos() ? inARow + 1 : 0;
                fast = inARow == FAST_ROUNDS;
            }
        } catch (RuntimeException e) {
            // Whatever it is, it must not keep the replica from becoming ready.
            LOG.warnf("The warm-up ended early: %s", e);
        }
        tookNanos = System.nanoTime() - start;
        ready = true;
        if (fast) {
            LOG.infof("Ready: warm after %d reviews in %d ms.", rounds * samples.size(), tookNanos / 1_000_000);
        } else {
            LOG.warnf(
                    "Ready, but still slow: after %d s of reviews an answer can take more than %d ms. The CPU request may be too small.",
                    tookNanos / 1_000_000_000,
                    FAST.toMillis());
        }
    }

    private Buffer review(String name) {
        try (InputStream file = WarmUp.class.getResourceAsStream("/reviews/" + name + ".json")) {
            String review = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return Buffer.buffer(review.replaceFirst("\"uid\": \"", "\"uid\": \"" + token));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The slowest answer of one round, in nanoseconds; each round makes a connection of its own, as a new API server does. */
    private long slowest(HttpServerOptions server, List<Sample> samples) {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                // No second TLS engine for these few reviews.
                .setSslEngineOptions(server.getSslEngineOptions())
                // To this very process, whose certificate is for the Service's name.
                .setTrustAll(true)
                .setVerifyHost(false)
                .setTracingPolicy(TracingPolicy.IGNORE));
        try {
            return samples.stream()
                    .map(sample -> answer(client, server.getPort(), sample))
                    .max(Long::compare)
                    .orElseThrow();
        } finally {
            client.close();
        }
    }

    private static long answer(HttpClient client, int port, Sample sample) {
        long start = System.nanoTime();
        Future<Buffer> answer = client.request(HttpMethod.POST, port, "localhost", "/" + sample.endpoint().word())
                .compose(request -> request.putHeader("Content-Type", "application/json")
                        .putHeader("traceparent", NOT_SAMPLED)
                        .send(sample.review()))
                .compose(HttpClientResponse::body);
        try {
            answer.toCompletionStage().toCompletableFuture().get(AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
            return System.nanoTime() - start;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Long.MAX_VALUE;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("The server does not answer itself: %s", e.toString());
            return Long.MAX_VALUE;
        }
    }
}
