package io.fargatewebhook.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The numbers of the latest audit, for Prometheus, under the same paths as the webhook's own: {@code /q/metrics}, and
 * {@code /q/health/live}, which fails when no audit has succeeded for a while.
 */
// The registry that Quarkus' extension brings; Micrometer has a newer one, which Quarkus does not use.
@SuppressWarnings("deprecation")
public final class AuditMetrics implements AutoCloseable {
    /** An audit that failed is tried again; only when several have, somebody should look. */
    private static final int MISSED_ROUNDS = 5;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MultiGauge pods = MultiGauge.builder("fargate.webhook.pods")
            .description("Pods of namespaces labeled fargate=yes or fargate=report, by what became of them")
            .register(registry);
    private final Counter failures = Counter.builder("fargate.webhook.audit.failures")
            .description("Audits that could not be finished")
            .register(registry);
    private final Duration alive;
    private final HttpServer server;
    private volatile Instant succeeded = Instant.now();
    private volatile long tookNanos;

    /**
     * @param every the time between two audits
     * @throws IOException where the port cannot be opened
     */
    public AuditMetrics(int port, Duration every) throws IOException {
        alive = every.multipliedBy(MISSED_ROUNDS).plusMinutes(5);
        Gauge.builder("fargate.webhook.audit.last.success.timestamp", () -> succeeded.toEpochMilli() / 1e3)
                .description("When the latest finished audit was, in seconds since 1970; before the first, when the process began")
                .baseUnit("seconds")
                .register(registry);
        TimeGauge.builder("fargate.webhook.audit.duration", () -> tookNanos, TimeUnit.NANOSECONDS)
                .description("How long the latest finished audit took")
                .register(registry);
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/q/metrics", exchange -> answer(
                exchange, 200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape()));
        server.createContext("/q/health/live", exchange -> answer(
                exchange, isAlive() ? 200 : 503, "text/plain", "the latest audit was at " + succeeded + "\n"));
        server.start();
    }

    private boolean isAlive() {
        return Instant.now().isBefore(succeeded.plus(alive));
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    public void succeeded(Counts counts, Duration took) {
        pods.register(
                counts.byCause().entrySet().stream()
                        .map(entry -> Row.of(
                                Tags.of(
                                        "namespace", entry.getKey().namespace(),
                                        "state", entry.getKey().state().name(),
                                        "reason", entry.getKey().cause()),
                                entry.getValue()))
                        .toList(),
                true);
        tookNanos = took.toNanos();
        succeeded = Instant.now();
    }

    public void failed() {
        failures.increment();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
