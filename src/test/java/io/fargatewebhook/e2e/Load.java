package io.fargatewebhook.e2e;

import io.fargatewebhook.e2e.kube.ControlPlane;
import io.fargatewebhook.e2e.kube.Pods;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates pods without a pause, as dry runs: all of admission runs, and nothing is stored. */
final class Load implements AutoCloseable {
    private static final int CLIENTS = 4;

    private final AtomicInteger created = new AtomicInteger();
    private final Queue<String> missed = new ConcurrentLinkedQueue<>();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private volatile boolean stopped;

    private Load(ControlPlane cluster, String namespace) {
        for (int i = 0; i < CLIENTS; i++) {
            var name = "load-" + i;
            clients.execute(() -> {
                while (!stopped) {
                    count(cluster.pods().dryRun(TestPods.pod(namespace, name)));
                }
            });
        }
    }

    static Load on(ControlPlane cluster, String namespace) {
        return new Load(cluster, namespace);
    }

    private void count(Pods.Answer answer) {
        created.incrementAndGet();
        // No labels at all, or ours is missing: fail-open, nobody answered in time.
        if (answer.pod() == null
                || answer.pod().getMetadata().getLabels() == null
                || !Installation.isLabeled(answer)) {
            missed.add(Instant.now() + " " + answer);
        }
    }

    int created() {
        return created.get();
    }

    /** The pods that came back without the label, and when. */
    List<String> missed() {
        return List.copyOf(missed);
    }

    @Override
    public void close() {
        stop();
    }

    /** Returns when the last answer is in. */
    void stop() {
        stopped = true;
        clients.shutdown();
        try {
            if (!clients.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the load does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
