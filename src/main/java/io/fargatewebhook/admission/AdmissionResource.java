package io.fargatewebhook.admission;

import io.fargatewebhook.admission.Review.Resource;
import io.fargatewebhook.advice.Advice;
import io.fargatewebhook.advice.Advisor;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.pod.Pod;
import io.fargatewebhook.pod.Workload;
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
    private final ReviewReader<Pod> pods = new ReviewReader<>(Pod.class);
    private final ReviewReader<Workload> workloads = new ReviewReader<>(Workload.class);
    private final Placer placer;
    private final Advisor advisor;
    private final Answers answers;
    private final DecisionRecord record;

    AdmissionResource(Placer placer, Advisor advisor, DecisionRecord record) {
        this.placer = placer;
        this.advisor = advisor;
        this.answers = new Answers(new Patch(placer.label()));
        this.record = record;
    }

    /** Decides and carries it out. */
    @POST
    @Path("mutate")
    public byte[] mutate(byte[] body) throws MalformedReviewException {
        return decide(Endpoint.MUTATE, body, answers::carryOut);
    }

    /** Decides the same, and only counts and logs it. */
    @POST
    @Path("report")
    public byte[] report(byte[] body) throws MalformedReviewException {
        return decide(Endpoint.REPORT, body, answers::report);
    }

    /** Tells the owner of a workload what would be decided for its pods. */
    @POST
    @Path("advise")
    public byte[] advise(byte[] body) throws MalformedReviewException {
        long start = System.nanoTime();
        Review<Workload> review = workloads.read(body);
        Advice advice = review.request()
                .object()
                .map(workload -> advisor.advise(review.request().namespace(), workload))
                .orElse(Advice.NONE);
        byte[] answer = answers.advise(review, advice);
        record.decided(Endpoint.ADVISE, review.request(), advice.placement(), body.length, start);
        return answer;
    }

    private byte[] decide(
            Endpoint endpoint, byte[] body, BiFunction<Review<Pod>, Placement, byte[]> answer)
            throws MalformedReviewException {
        long start = System.nanoTime();
        Review<Pod> review = pods.read(body);
        Placement placement = review.request()
                .created(Resource.PODS)
                .map(pod -> placer.place(review.request().namespace(), pod))
                .orElse(Placement.NOT_POD_CREATION);
        byte[] answered = answer.apply(review, placement);
        record.decided(endpoint, review.request(), placement, body.length, start);
        return answered;
    }
}
