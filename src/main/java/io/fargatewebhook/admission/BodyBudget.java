package io.fargatewebhook.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Lets only so many bytes of long bodies be read at the same time; the others wait, first come, first served.
 *
 * <p>Their length is known before they are read. All at once, some dozens of a megabyte would fill the heap, and end the replica for
 * every other pod.
 */
final class BodyBudget {
    private record Waiting(long bytes, Runnable start) {}

    private final long max;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long taken;

    /** @param max in bytes; a single body may be longer */
    BodyBudget(long max) {
        this.max = max;
    }

    /** Starts the reading as soon as so many bytes fit: now, or in the thread of whoever releases some. */
    void take(long bytes, Runnable start) {
        synchronized (this) {
            if (!waiting.isEmpty() || !fits(bytes)) {
                waiting.add(new Waiting(bytes, start));
                return;
            }
            taken += bytes;
        }
        start.run();
    }

    void release(long bytes) {
        List<Runnable> starting = new ArrayList<>();
        synchronized (this) {
            taken -= bytes;
            while (!waiting.isEmpty() && fits(waiting.peek().bytes())) {
                Waiting next = waiting.remove();
                taken += next.bytes();
                starting.add(next.start());
            }
        }
        starting.forEach(Runnable::run);
    }

    private boolean fits(long bytes) {
        return taken == 0 || taken + bytes <= max;
    }
}
