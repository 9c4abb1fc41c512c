package io.fargatewebhook.admission;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fargatewebhook.fargate.Profile;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.fargate.Selector;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import io.fargatewebhook.placement.Reason;
import io.fargatewebhook.pod.Pod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the three steps of a review cost by themselves: reading it, deciding, writing the answer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReviewBenchmark {
    private static final Label LABEL = new Label("fargate", "yes");

    /** A review of about so many KB: that of the lab's checkout pod, with more variables in its container. */
    private static byte[] review(int kilobytes) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode review = (ObjectNode)
                json.readTree(ReviewBenchmark.class.getResource("/reviews/create-pods-checkout-service.json"));
        ArrayNode env = ((ObjectNode) review.at("/request/object/spec/containers/0")).putArray("env");
        int missing = kilobytes * 1024 - json.writeValueAsBytes(review).length;
        for (int i = 0, length = 0; length < missing; i++) {
            ObjectNode variable = env.addObject().put("name", "CHECKOUT_SETTING_" + i).put("value", "the value of setting " + i);
            length += variable.toString().length() + 1;
        }
        return json.writeValueAsBytes(review);
    }

    @State(Scope.Benchmark)
    public static class Body {
        @Param({"5", "7", "50", "1024"})
        int kilobytes;

        private final ReviewReader<Pod> reader = new ReviewReader<>(Pod.class);
        private byte[] body;

        @Setup
        public void setUp() throws IOException {
            body = review(kilobytes);
        }
    }

    @State(Scope.Benchmark)
    public static class Cluster {
        @Param({"0", "1", "10", "1000"})
        int profiles;

        private Placer placer;
        private Pod pod;

        @Setup
        public void setUp() throws IOException, MalformedReviewException {
            placer = new Placer(LABEL, Decision.SKIP, Decision.SKIP, Set.of(), profiles());
            pod = new ReviewReader<>(Pod.class).read(review(7)).request().object().orElseThrow();
            if (placer.place("checkout", pod).decision() != Decision.LABEL) {
                throw new IllegalStateException("The pod must be one that gets the label.");
            }
        }

        /** Unknown, or so many, of which only the last by name takes the pod. */
        private Optional<Profiles> profiles() {
            if (profiles == 0) {
                return Optional.empty();
            }
            List<Profile> all = new ArrayList<>();
            for (int i = 1; i < profiles; i++) {
                String namespace = i % 2 == 0 ? "team-" + i : "*-" + i + "-prod";
                all.add(new Profile("other-" + i, List.of(new Selector(namespace, Map.of("fargate", "yes")))));
            }
            all.add(new Profile("taker", List.of(new Selector("checkout", Map.of("fargate", "yes")))));
            return Optional.of(new Profiles(all));
        }
    }

    @State(Scope.Benchmark)
    public static class Answer {
        private final Answers answers = new Answers(new Patch(LABEL));
        private final Placement placement = new Placement(Decision.LABEL, Reason.Labelled, List.of());
        private Review<Pod> review;

        @Setup
        public void setUp() throws IOException, MalformedReviewException {
            review = new ReviewReader<>(Pod.class).read(review(7));
        }
    }

    @Benchmark
    public Object decode(Body state) throws MalformedReviewException {
        return state.reader.read(state.body);
    }

    @Benchmark
    public Object decide(Cluster state) {
        return state.placer.place("checkout", state.pod);
    }

    @Benchmark
    public Object encode(Answer state) {
        return state.answers.carryOut(state.review, state.placement);
    }
}
