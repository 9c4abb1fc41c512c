package io.fargatewebhook.certificates;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while no API server would take the served certificate: another replica may have a better one. */
@Readiness
@Singleton
// Its gauge must be there before anybody asks for health.
@Startup
class CertificateHealth implements HealthCheck {
    private final ServingCertificate certificate;

    CertificateHealth(ServingCertificate certificate, MeterRegistry registry) {
        this.certificate = certificate;
        TimeGauge.builder("fargate.webhook.certificate.expiry", this::left, TimeUnit.MILLISECONDS)
                .description("Time until the served certificate expires, negative when it has")
                .register(registry);
    }

    private long left() {
        return Duration.between(Instant.now(), certificate.current().expiry()).toMillis();
    }

    @Override
    public HealthCheckResponse call() {
        ServedCertificate current = certificate.current();
        return HealthCheckResponse.named("certificate")
                .status(current.isValidAt(Instant.now()))
                .withData("expires", current.expiry().toString())
                .build();
    }
}
