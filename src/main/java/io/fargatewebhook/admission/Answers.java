package io.fargatewebhook.admission;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fargatewebhook.admission.Review.Resource;
import io.fargatewebhook.advice.Advice;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placement.Objection;
import io.fargatewebhook.pod.Pod;
import io.fargatewebhook.pod.Workload;
import java.util.List;
import java.util.Map;

/**
 * Writes the answer to a review.
 *
 * <p>The v1 types serve v1beta1 as well: the answers of both differ in nothing but the apiVersion.
 */
final class Answers {
    /** Where the API server cuts a warning. */
    static final int MAX_WARNING = 256;

    private final Patch patch;

    Answers(Patch patch) {
        this.patch = patch;
    }

    /** The answer that carries the decision out: patch, warnings, refusal. */
    AdmissionReview carryOut(Review<Pod> review, Placement placement) {
        AdmissionResponse response = allow(review, placement);
        switch (placement.decision()) {
            case LABEL -> {
                response.setPatchType(Patch.TYPE);
                response.setPatch(patch.forPod(created(review)));
                response.setWarnings(warnings(placement));
            }
            case SKIP -> response.setWarnings(warnings(placement));
            case DENY -> {
                response.setAllowed(false);
                response.setStatus(new StatusBuilder()
                        .withCode(403)
                        .withReason("Forbidden")
                        .withMessage(sentence(placement.decision(), placement.objections().get(0)))
                        .build());
            }
        }
        return answer(review, response);
    }

    /** The answer that only lets the decision be counted. */
    AdmissionReview report(Review<Pod> review, Placement placement) {
        return answer(review, allow(review, placement));
    }

    /** The answer that tells the owner of a workload what will become of its pods. */
    AdmissionReview advise(Review<Workload> review, Advice advice) {
        AdmissionResponse response = allow(review, advice.placement());
        response.setWarnings(advice.sentences().stream().map(Answers::warning).toList());
        return answer(review, response);
    }

    private static Pod created(Review<Pod> review) {
        return review.request()
                .created(Resource.PODS)
                .orElseThrow(() -> new IllegalStateException("Only a pod that is being created is labelled."));
    }

    private static AdmissionResponse allow(Review<?> review, Placement placement) {
        AdmissionResponse response = new AdmissionResponse();
        response.setUid(review.request().uid());
        response.setAllowed(true);
        response.setAuditAnnotations(Map.of(
                "decision", placement.decision().word(), "reason", placement.reason().name()));
        return response;
    }

    private static AdmissionReview answer(Review<?> review, AdmissionResponse response) {
        AdmissionReview answer = new AdmissionReview();
        answer.setApiVersion(review.apiVersion().apiVersion());
        answer.setResponse(response);
        return answer;
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
