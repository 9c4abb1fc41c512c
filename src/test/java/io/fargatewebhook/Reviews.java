package io.fargatewebhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The AdmissionReviews that a real API server sent, and what the decision table says of each. */
public final class Reviews {
    private static final Path FOLDER = Path.of("src", "test", "resources", "reviews");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** File to reason. */
    public static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("create-pods-arm64", "Unsupported"),
            Map.entry("create-pods-bare", "Labelled"),
            Map.entry("create-pods-bound", "NodeAssigned"),
            Map.entry("create-pods-checkout-service", "Labelled"),
            Map.entry("create-pods-dry-run", "Labelled"),
            Map.entry("create-pods-elsewhere", "Labelled"),
            Map.entry("create-pods-generated", "Labelled"),
            Map.entry("create-pods-gpu", "Unsupported"),
            Map.entry("create-pods-host-network", "Unsupported"),
            Map.entry("create-pods-host-path", "Unsupported"),
            Map.entry("create-pods-labelled-no", "OptedOut"),
            Map.entry("create-pods-labelled-yes", "AlreadyLabelled"),
            Map.entry("create-pods-labels-empty-map", "Labelled"),
            Map.entry("create-pods-migrate", "TooLarge"),
            Map.entry("create-pods-node-agent", "DaemonSet"),
            Map.entry("create-pods-own-scheduler", "OtherScheduler"),
            Map.entry("create-pods-privileged", "Unsupported"),
            Map.entry("create-pods-redis-0", "VolumeClaim"),
            Map.entry("create-pods-sidecars", "Labelled"),
            Map.entry("create-cronjobs-report", "NotPodCreation"),
            Map.entry("create-daemonsets-node-agent", "NotPodCreation"),
            Map.entry("create-deployments-checkout", "NotPodCreation"),
            Map.entry("create-jobs-migrate", "NotPodCreation"),
            Map.entry("create-replicasets-bare", "NotPodCreation"),
            Map.entry("create-replicationcontrollers-old", "NotPodCreation"),
            Map.entry("create-statefulsets-redis", "NotPodCreation"),
            Map.entry("update-deployments-checkout", "NotPodCreation"),
            Map.entry("delete-pods-bare", "NotPodCreation"),
            Map.entry("update-pods-bare", "NotPodCreation"),
            Map.entry("update-pods-ephemeralcontainers-bare", "NotPodCreation"),
            Map.entry("v1beta1-create-pods-checkout-service", "Labelled"));

    private Reviews() {}

    public static List<String> names() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(FOLDER.resolve(name + ".json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(String name) {
        try {
            return JSON.readTree(bytes(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
