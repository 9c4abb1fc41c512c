package io.fargatewebhook.admission;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Has long bodies wait for each other, and answers 413 to a body over the limit after reading it to its end.
 *
 * <p>Quarkus closes the connection at once, and a client that is still writing then sees a broken connection and no status.
 */
@Singleton
class BodyLimit {
    /** Before Quarkus' own check, whose order is -2. */
    private static final int PRIORITY = 3;

    /** Shorter ones never wait: hundreds of them fit beside each other. */
    private static final long LONG = 64 << 10;
    /** A body is in memory up to three times while it is read; with 16 MiB that is half of the heap. */
    private static final long LONG_AT_ONCE = 16 << 20;

    private final BodyBudget budget = new BodyBudget(LONG_AT_ONCE);
    private final long max;

    BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize max) {
        this.max = max.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        // API servers always say it. Without it the body is bounded by Quarkus alone.
        long length = header == null ? 0 : Long.parseLong(header);
        if (length <= LONG) {
            context.next();
        } else if (length <= max) {
            Context eventLoop = context.vertx().getOrCreateContext();
            budget.take(length, () -> eventLoop.runOnContext(turn -> read(context, length)));
        } else {
            refuse(context);
        }
    }

    private void read(RoutingContext context, long length) {
        if (context.response().closed()) {
            budget.release(length);
            return;
        }
        context.addEndHandler(end -> budget.release(length));
        context.next();
    }

    private void refuse(RoutingContext context) {
        HttpServerRequest request = context.request();
        request.handler(ignored -> {});
        request.endHandler(end -> context.response()
                .setStatusCode(413)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain;charset=utf-8")
                .end("The body is longer than " + (max >> 20) + " MiB, which no API server sends.\n"));
        request.resume();
    }
}
