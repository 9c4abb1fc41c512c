package io.fargatewebhook.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fargatewebhook.placement.Placer.Label;
import io.fargatewebhook.pod.Pod;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The JSON patch that adds our label: exactly one RFC 6902 {@code add}, which leaves all else as it is.
 *
 * <p>A patch that does not apply rejects the pod even under {@code failurePolicy: Ignore}, so it must not name a map that is
 * not there.
 */
final class Patch {
    /** The only type that the protocol knows. */
    static final String TYPE = "JSONPatch";

    private final String addLabels;
    private final String addLabel;

    Patch(Label label) {
        addLabels = add("/metadata/labels", Map.of(label.key(), label.value()));
        // RFC 6901: ~ first, or the escape of / would be escaped again.
        addLabel = add("/metadata/labels/" + label.key().replace("~", "~0").replace("/", "~1"), label.value());
    }

    /** The patch for this pod, in Base64 as the protocol has it. */
    String forPod(Pod pod) {
        return pod.metadata().labels().isEmpty() ? addLabels : addLabel;
    }

    private static String add(String path, Object value) {
        try {
            return Base64.getEncoder()
                    .encodeToString(new JsonMapper()
                            .writeValueAsBytes(List.of(new Operation("add", path, value))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A label that is not JSON: " + value, e);
        }
    }

    private record Operation(String op, String path, Object value) {}
}
