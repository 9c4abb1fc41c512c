package io.fargatewebhook.admission;

import io.fargatewebhook.admission.Review.Request;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placement.Objection;
import io.fargatewebhook.pod.Pod;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** Counts and logs what was decided. */
@Singleton
class DecisionRecord {
    private static final Logger LOG = Logger.getLogger("io.fargatewebhook.decision");
    private static final int MAX_LINE = 1000;

    private final MeterRegistry registry;
    private final WarmUp warmUp;

    DecisionRecord(MeterRegistry registry, @Readiness WarmUp warmUp) {
        this.registry = registry;
        this.warmUp = warmUp;
    }

    void decided(String endpoint, Request request, Placement placement) {
        if (warmUp.sent(request)) {
            return;
        }
        registry.counter(
                        "fargate.webhook.reviews",
                        "endpoint", endpoint,
                        "decision", placement.decision().word(),
                        "reason", placement.reason().name(),
                        "dry_run", Boolean.toString(request.dryRun()))
                .increment();
        // A report is made to be read; of the rest, people want to hear of the pods that Fargate would refuse.
        Logger.Level level =
                endpoint.equals("report") || !placement.objections().isEmpty() ? Logger.Level.INFO : Logger.Level.DEBUG;
        if (LOG.isEnabled(level)) {
            LOG.log(level, line(endpoint, request, placement));
        }
    }

    private static String line(String endpoint, Request request, Placement placement) {
        String pod = request.object().map(Pod::displayName).orElse("no pod");
        String owner = request.object()
                .flatMap(object -> object.metadata().controller())
                .map(controller -> " of " + controller.kind() + "/" + controller.name())
                .orElse("");
        String why = placement.objections().stream()
                .map(Objection::message)
                .collect(Collectors.joining("; ", placement.objections().isEmpty() ? "" : ": ", ""));
        return OneLine.of(
                endpoint + " " + request.namespace() + "/" + pod + owner + " -> "
                        + placement.decision().word() + " " + placement.reason() + (request.dryRun() ? " (dry run)" : "")
                        + why,
                MAX_LINE);
    }
}
