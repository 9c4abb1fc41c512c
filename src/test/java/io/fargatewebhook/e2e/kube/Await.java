package io.fargatewebhook.e2e.kube;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for something that a controller or another process does in its own time. */
public final class Await {

    private Await() {}

    /**
     * Asks again and again until the answer will do.
     *
     * @throws AssertionError with the last answer, when it does not within {@code limit}
     */
    public static <T> T until(String what, Duration limit, Supplier<T> ask, Predicate<T> willDo) {
        var end = Instant.now().plus(limit);
        while (true) {
            var answer = ask.get();
            if (willDo.test(answer)) {
                return answer;
            }
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what + "; last seen: " + answer);
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
