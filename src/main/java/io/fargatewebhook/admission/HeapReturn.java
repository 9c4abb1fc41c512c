package io.fargatewebhook.admission;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.TimeUnit;

/**
 * Gives back what is left of ended connections and of long bodies.
 *
 * <p>The serial collector looks at what has lived for long only when the heap cannot grow any more, so it would grow, though slowly,
 * to its full size. A full collection of this small heap takes some 20 ms.
 */
class HeapReturn {
    private static final long PERIOD_MILLIS = TimeUnit.MINUTES.toMillis(1);

    void start(@Observes StartupEvent event, Vertx vertx) {
        vertx.setPeriodic(PERIOD_MILLIS, timer -> System.gc());
    }
}
