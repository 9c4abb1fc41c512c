package io.fargatewebhook.admission;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Answers 413 to a body over the limit after reading it to its end.
 *
 * <p>Quarkus closes the connection at once, and a client that is still writing then sees a broken connection and no status.
 */
@Singleton
class BodyLimit {
    /** Before Quarkus' own check, whose order is -2. */
    private static final int PRIORITY = 3;

    private final long max;

    BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize max) {
        this.max = max.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || Long.parseLong(length) <= max) {
            context.next();
            return;
        }
        request.handler(ignored -> {});
        request.endHandler(end -> context.response()
                .setStatusCode(413)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain;charset=utf-8")
                .end("The body is longer than " + (max >> 20) + " MiB, which no API server sends.\n"));
        request.resume();
    }
}
