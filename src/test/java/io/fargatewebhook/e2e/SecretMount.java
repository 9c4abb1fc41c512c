package io.fargatewebhook.e2e;

import io.fargatewebhook.e2e.kube.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The kubelet's mount of the Secret: a folder that follows it, both files at once, a while after each change.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volumes/#secret">Kubernetes volumes</a> and the kubelet's
 * AtomicWriter, which swaps a symbolic link {@code ..data}.
 */
final class SecretMount implements AutoCloseable {
    private static final long LATE_MILLIS = 1500;

    private final ControlPlane cluster;
    private final Path folder;
    private final ScheduledExecutorService kubelet = Executors.newSingleThreadScheduledExecutor();
    private Map<String, String> mounted = Map.of();

    SecretMount(ControlPlane cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder.toAbsolutePath();
        sync();
        kubelet.scheduleWithFixedDelay(this::sync, LATE_MILLIS, LATE_MILLIS, TimeUnit.MILLISECONDS);
    }

    Path folder() {
        return folder;
    }

    private void sync() {
        var secret = cluster.client().secrets().inNamespace("fargate-webhook").withName("fargate-webhook-tls").get();
        if (secret == null || secret.getData().equals(mounted)) {
            return;
        }
        try {
            Files.createDirectories(folder);
            var generation = Files.createTempDirectory(folder, "..");
            for (var name : new String[] {"tls.crt", "tls.key"}) {
                Files.write(generation.resolve(name), Base64.getDecoder().decode(secret.getData().get(name)));
                if (!Files.isSymbolicLink(folder.resolve(name))) {
                    Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
                }
            }
            var link = folder.resolve("..data_tmp");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, generation.getFileName());
            Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            mounted = secret.getData();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kubelet.shutdownNow();
    }
}
