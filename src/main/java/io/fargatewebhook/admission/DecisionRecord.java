package io.fargatewebhook.admission;

import io.fargatewebhook.admission.Review.Request;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placement.Objection;
import io.fargatewebhook.placement.Reason;
import io.fargatewebhook.pod.KubernetesObject;
import io.fargatewebhook.pod.ObjectMeta;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** Counts, times and logs what was decided. */
@Singleton
class DecisionRecord {
    private static final Logger LOG = Logger.getLogger("io.fargatewebhook.decision");
    private static final int MAX_LINE = 1000;

    /** From a warm answer to beyond the timeout of two seconds. */
    private static final Duration[] DURATIONS = Stream.of(500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000,
                    500_000, 1_000_000, 2_500_000)
            .map(micros -> Duration.ofNanos(micros * 1_000L))
            .toArray(Duration[]::new);

    /** From a small pod to the limit of 7 MiB. */
    private static final double[] BYTES = {2 << 10, 4 << 10, 8 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 7 << 20};

    /** What a counter stands for. */
    private record Counted(Endpoint endpoint, Decision decision, Reason reason, boolean dryRun) {}

    private final MeterRegistry registry;
    private final WarmUp warmUp;
    /** Each is made when it is first needed, and found here after that: the registry's own look-up costs more than the decision. */
    private final Map<Counted, Counter> counters = new ConcurrentHashMap<>();

    private final Map<Endpoint, Timer> durations = new EnumMap<>(Endpoint.class);
    private final Map<Endpoint, DistributionSummary> sizes = new EnumMap<>(Endpoint.class);

    DecisionRecord(MeterRegistry registry, @Readiness WarmUp warmUp) {
        this.registry = registry;
        this.warmUp = warmUp;
        for (Endpoint endpoint : Endpoint.values()) {
            durations.put(
                    endpoint,
                    Timer.builder("fargate.webhook.review.duration")
                            .description("Time to read, decide and answer a review, without network and TLS")
                            .tag("endpoint", endpoint.word())
                            .serviceLevelObjectives(DURATIONS)
                            .register(registry));
            sizes.put(
                    endpoint,
                    DistributionSummary.builder("fargate.webhook.review.size")
                            .description("Length of a review")
                            .baseUnit("bytes")
                            .tag("endpoint", endpoint.word())
                            .serviceLevelObjectives(BYTES)
                            .register(registry));
        }
    }

    /**
     * @param bytes the length of the body
     * @param start when its reading began, by {@link System#nanoTime()}
     */
    void decided(Endpoint endpoint, Request<?> request, Placement placement, int bytes, long start) {
        if (warmUp.sent(request)) {
            return;
        }
        durations.get(endpoint).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        sizes.get(endpoint).record(bytes);
        counters.computeIfAbsent(
                        new Counted(endpoint, placement.decision(), placement.reason(), request.dryRun()), this::counter)
                .increment();
        // A report is made to be read; of the rest, people want to hear of the pods that Fargate would refuse.
        Logger.Level level = endpoint == Endpoint.REPORT || !placement.objections().isEmpty()
                ? Logger.Level.INFO
                : Logger.Level.DEBUG;
        if (LOG.isEnabled(level)) {
            log(level, endpoint, request, placement);
        }
    }

    private Counter counter(Counted counted) {
        return Counter.builder("fargate.webhook.reviews")
                .description("Reviews by what was decided")
                .tags(
                        "endpoint", counted.endpoint().word(),
                        "decision", counted.decision().word(),
                        "reason", counted.reason().name(),
                        "dry_run", Boolean.toString(counted.dryRun()))
                .register(registry);
    }

    /** As a sentence for people, and where lines are JSON with each of its parts as a field of its own. */
    private static void log(Logger.Level level, Endpoint endpoint, Request<?> request, Placement placement) {
        String object = request.object().map(KubernetesObject::displayName).orElse("nothing");
        String owner = request.object()
                .map(KubernetesObject::metadata)
                .flatMap(ObjectMeta::controller)
                .map(controller -> controller.kind() + "/" + controller.name())
                .orElse("");
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("endpoint", endpoint.word());
        fields.put("namespace", request.namespace());
        fields.put("object", object);
        fields.put("owner", owner);
        fields.put("decision", placement.decision().word());
        fields.put("reason", placement.reason().name());
        fields.put("field", placement.objections().stream().map(Objection::field).findFirst().orElse(""));
        fields.put("dryRun", Boolean.toString(request.dryRun()));
        fields.values().removeIf(String::isEmpty);
        String why = placement.objections().stream()
                .map(Objection::message)
                .collect(Collectors.joining("; ", placement.objections().isEmpty() ? "" : ": ", ""));
        String sentence = OneLine.of(
                endpoint.word() + " " + request.namespace() + "/" + object + (owner.isEmpty() ? "" : " of " + owner) + " -> "
                        + placement.decision().word() + " " + placement.reason() + (request.dryRun() ? " (dry run)" : "") + why,
                MAX_LINE);
        fields.forEach((name, value) -> MDC.put(name, OneLine.of(value, MAX_LINE)));
        try {
            LOG.log(level, sentence);
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }
}
