package io.fargatewebhook.admission;

import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placer;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.function.BiFunction;

/**
 * Where the API server posts its reviews.
 *
 * <p>All of it runs on the event loop: it never waits for anything, and a hop to a worker thread costs more than the decision.
 */
@Path("/")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class AdmissionResource {
    private final Placer placer;
    private final Answers answers;
    private final DecisionRecord record;

    AdmissionResource(Placer placer, DecisionRecord record) {
        this.placer = placer;
        this.answers = new Answers(new Patch(placer.label()));
        this.record = record;
    }

    /** Decides and carries it out. */
    @POST
    @Path("mutate")
    public AdmissionReview mutate(byte[] body) throws MalformedReviewException {
        return answer("mutate", body, answers::carryOut);
    }

    /** Decides the same, and only counts and logs it. */
    @POST
    @Path("report")
    public AdmissionReview report(byte[] body) throws MalformedReviewException {
        return answer("report", body, answers::report);
    }

    private AdmissionReview answer(String endpoint, byte[] body, BiFunction<Review, Placement, AdmissionReview> answer)
            throws MalformedReviewException {
        Review review = ReviewReader.read(body);
        Placement placement = review.request()
                .createdPod()
                .map(pod -> placer.place(review.request().namespace(), pod))
                .orElse(Placement.NOT_POD_CREATION);
        record.decided(endpoint, review.request(), placement);
        return answer.apply(review, placement);
    }
}
