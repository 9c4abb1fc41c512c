package io.fargatewebhook.e2e.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The API server's audit log, as far as it tells what admission did to pods when they were created. */
public final class AuditLog {

    /**
     * The creation of one pod.
     *
     * @param name empty where the API server made it up
     * @param annotations what webhooks and the API server noted
     */
    public record Creation(
            String auditId, String namespace, String name, String generateName, Map<String, String> annotations) {

        /** Whether a webhook of this configuration was asked. */
        public boolean called(String configuration) {
            return annotations.entrySet().stream()
                    .anyMatch(note -> note.getKey().startsWith("mutation.webhook.admission.k8s.io/")
                            && note.getValue().contains("\"configuration\":\"" + configuration + "\""));
        }

        /** What a webhook noted under a key. */
        public Optional<String> note(String webhook, String key) {
            return Optional.ofNullable(annotations.get(webhook + "/" + key));
        }

        /** The webhooks that did not answer and were passed over. */
        public List<String> failedOpen() {
            return annotations.entrySet().stream()
                    .filter(note -> note.getKey().startsWith("failed-open.mutation.webhook.admission.k8s.io/"))
                    .map(Map.Entry::getValue)
                    .toList();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final List<Creation> creations = new ArrayList<>();
    private long read;

    AuditLog(Path file) {
        this.file = file;
    }

    /** The creation that an answer of the API server is about. */
    public Creation of(Pods.Answer answer) {
        return find("audit id " + answer.auditId(), creation -> creation.auditId().equals(answer.auditId()));
    }

    /** The first creation that a pod's controller asked for: its name begins so. */
    public Creation generated(String namespace, String generateName) {
        return find(
                "a pod " + namespace + "/" + generateName + "…",
                creation -> creation.namespace().equals(namespace) && creation.generateName().equals(generateName));
    }

    private Creation find(String what, Predicate<Creation> wanted) {
        return Await.until(
                        "audit log has " + what,
                        Duration.ofSeconds(10),
                        () -> first(wanted),
                        Optional::isPresent)
                .orElseThrow();
    }

    private synchronized Optional<Creation> first(Predicate<Creation> wanted) {
        readOn();
        return creations.stream().filter(wanted).findFirst();
    }

    private void readOn() {
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            var fresh = new byte[Math.toIntExact(log.length() - read)];
            log.seek(read);
            log.readFully(fresh);
            // The last line may be half written.
            var end = fresh.length;
            while (end > 0 && fresh[end - 1] != '\n') {
                end--;
            }
            for (var line : new String(fresh, 0, end, StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank()) {
                    add(JSON.readTree(line));
                }
            }
            read += end;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("audit log " + file, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(JsonNode event) {
        var object = event.path("objectRef");
        if (!event.path("verb").asText().equals("create")
                || !object.path("resource").asText().equals("pods")
                || object.has("subresource")) {
            return;
        }
        var annotations = new TreeMap<String, String>();
        event.path("annotations").properties().forEach(note -> annotations.put(note.getKey(), note.getValue().asText()));
        creations.add(new Creation(
                event.path("auditID").asText(),
                object.path("namespace").asText(),
                object.path("name").asText(),
                event.path("requestObject").path("metadata").path("generateName").asText(),
                annotations));
    }
}
