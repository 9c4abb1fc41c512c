package io.fargatewebhook.admission;

import io.quarkus.vertx.http.HttpsServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready only when the port for reviews is open.
 *
 * <p>The management port opens first: without this, a Service would send reviews to a port that refuses them.
 */
@Readiness
@Singleton
class Listening implements HealthCheck {
    private volatile boolean listening;

    void started(@ObservesAsync HttpsServerStart start) {
        listening = true;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("listening").status(listening).build();
    }
}
