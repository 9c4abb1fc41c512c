package io.fargatewebhook.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.fargatewebhook.admission.Review.Resource;
import io.fargatewebhook.advice.Advice;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placement.Objection;
import io.fargatewebhook.pod.Pod;
import io.fargatewebhook.pod.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes the answer to a review: an AdmissionReview with a response, as JSON.
 *
 * <p>The answers of v1 and v1beta1 differ in nothing but the apiVersion.
 */
final class Answers {
    /** Where the API server cuts a warning. */
    static final int MAX_WARNING = 256;

    private static final JsonFactory JSON = new JsonFactory();

    private final Patch patch;

    Answers(Patch patch) {
        this.patch = patch;
    }

    /** The answer that carries the decision out: patch, warnings, refusal. */
    byte[] carryOut(Review<Pod> review, Placement placement) {
        return switch (placement.decision()) {
            case LABEL -> allow(review, placement, Optional.of(patch.forPod(created(review))), warnings(placement));
            case SKIP -> allow(review, placement, Optional.empty(), warnings(placement));
            case DENY -> deny(review, placement);
        };
    }

    /** The answer that only lets the decision be counted. */
    byte[] report(Review<Pod> review, Placement placement) {
        return allow(review, placement, Optional.empty(), List.of());
    }

    /** The answer that tells the owner of a workload what will become of its pods. */
    byte[] advise(Review<Workload> review, Advice advice) {
        List<String> warnings = advice.sentences().stream().map(Answers::warning).toList();
        return allow(review, advice.placement(), Optional.empty(), warnings);
    }

    private static Pod created(Review<Pod> review) {
        return review.request()
                .created(Resource.PODS)
                .orElseThrow(() -> new IllegalStateException("Only a pod that is being created is labelled."));
    }

    private static byte[] allow(Review<?> review, Placement placement, Optional<String> patch, List<String> warnings) {
        return answer(review, true, placement, response -> {
            if (patch.isPresent()) {
                response.writeStringField("patchType", Patch.TYPE);
                response.writeStringField("patch", patch.get());
            }
            if (!warnings.isEmpty()) {
                response.writeArrayFieldStart("warnings");
                for (String warning : warnings) {
                    response.writeString(warning);
                }
                response.writeEndArray();
            }
        });
    }

    private static byte[] deny(Review<Pod> review, Placement placement) {
        return answer(review, false, placement, response -> {
            response.writeObjectFieldStart("status");
            response.writeNumberField("code", 403);
            response.writeStringField("reason", "Forbidden");
            response.writeStringField(
                    "message", sentence(placement.decision(), placement.objections().get(0)));
            response.writeEndObject();
        });
    }

    /** Fields of a response beside those that all have. */
    private interface Fields {
        void write(JsonGenerator response) throws IOException;
    }

    private static byte[] answer(Review<?> review, boolean allowed, Placement placement, Fields fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringField("apiVersion", review.apiVersion().apiVersion());
            json.writeStringField("kind", "AdmissionReview");
            json.writeObjectFieldStart("response");
            json.writeStringField("uid", review.request().uid());
            json.writeBooleanField("allowed", allowed);
            fields.write(json);
            json.writeObjectFieldStart("auditAnnotations");
            json.writeStringField("decision", placement.decision().word());
            json.writeStringField("reason", placement.reason().name());
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            // It is written to memory, where nothing can fail.
            throw new UncheckedIOException(e);
        }
        return body.toByteArray();
    }

    private static List<String> warnings(Placement placement) {
        return placement.objections().stream()
                .map(objection -> sentence(placement.decision(), objection))
                .toList();
    }

    private static String sentence(Decision decision, Objection objection) {
        String outcome =
                switch (decision) {
                    case SKIP -> "pod will stay on EC2";
                    case LABEL -> "pod is labelled but Fargate may leave it Pending";
                    case DENY -> "pod is denied, since it cannot run on Fargate";
                };
        String scheduler = objection.scheduler().isEmpty() ? "" : ": " + objection.scheduler();
        return warning(outcome + " (" + objection.reason() + "): " + objection.message() + scheduler);
    }

    private static String warning(String sentence) {
        return OneLine.of("fargate-webhook: " + sentence, MAX_WARNING);
    }
}
