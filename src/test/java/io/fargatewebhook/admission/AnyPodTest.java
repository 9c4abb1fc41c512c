package io.fargatewebhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fargatewebhook.admission.Review.Resource;
import io.fargatewebhook.Reviews;
import io.fargatewebhook.pod.Pod;
import io.fargatewebhook.placement.Placement;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the pod: a patch that is sent applies, adds one label, and leaves all else alone. */
class AnyPodTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Provide
    Arbitrary<Label> labels() {
        return Arbitraries.of(new Label("fargate", "yes"), new Label("example.com/compute.type", "Fargate_1"));
    }

    /** Pods that an API server sent, mutated by {@link Mutation}. */
    @Provide
    Arbitrary<JsonNode> reviews() {
        List<String> created = Reviews.names().stream()
                .filter(name -> name.contains("create-pods"))
                .toList();
        return Combinators.combine(Arbitraries.of(created), Arbitraries.longs(), Arbitraries.integers().between(0, 4))
                .as((name, seed, times) -> {
                    JsonNode review = Reviews.json(name);
                    Random random = new Random(seed);
                    for (int i = 0; i < times; i++) {
                        Mutation.anywhere(review.at("/request/object"), random);
                    }
                    return review;
                });
    }

    /** Labels of every kind, ours among them. */
    @Provide
    Arbitrary<Map<String, String>> podLabels() {
        Arbitrary<String> keys = Arbitraries.of("fargate", "app", "example.com/compute.type", "a/b", "x~y", "日本");
        Arbitrary<String> values = Arbitraries.of("yes", "no", "", "Fargate_1", "\"\\\n");
        return Arbitraries.maps(keys, values).ofMaxSize(4);
    }

    @Property(tries = 2000)
    void aPatchAppliesAndAddsOneLabel(
            @ForAll("reviews") JsonNode review, @ForAll("podLabels") Map<String, String> podLabels, @ForAll("labels") Label label)
            throws IOException, MalformedReviewException {
        if (!podLabels.isEmpty() && review.at("/request/object/metadata").isObject()) {
            ((ObjectNode) review.at("/request/object/metadata")).set("labels", JSON.valueToTree(podLabels));
        }
        Placer placer = new Placer(label, Decision.LABEL, Decision.LABEL, Set.of(), Optional.empty());
        Review<Pod> read = new ReviewReader<>(Pod.class).read(JSON.writeValueAsBytes(review));
        Placement placement = read.request()
                .created(Resource.PODS)
                .map(pod -> placer.place(read.request().namespace(), pod))
                .orElse(Placement.NOT_POD_CREATION);
        AdmissionResponse answer = JSON.readValue(new Answers(new Patch(label)).carryOut(read, placement), AdmissionReview.class)
                .getResponse();

        assertThat(answer.getAllowed()).isTrue();
        assertThat(answer.getUid()).isEqualTo(review.at("/request/uid").textValue());
        assertThat(answer.getPatch() == null).isEqualTo(answer.getPatchType() == null);
        if (answer.getPatch() != null) {
            JsonNode object = review.at("/request/object");
            JsonNode patch = JSON.readTree(Base64.getDecoder().decode(answer.getPatch()));
            assertThat(patch).hasSize(1);
            JsonNode patched = JsonPatch.apply(patch, object);
            assertThat(patched.at("/metadata/labels").get(label.key()).textValue()).isEqualTo(label.value());
            JsonNode withoutLabel = patched.deepCopy();
            ((ObjectNode) withoutLabel.at("/metadata/labels")).remove(label.key());
            assertThat(withLabels(withoutLabel)).isEqualTo(withLabels(object));
        }
    }

    /** The object with an empty map where it has no labels: adding the first one makes that map. */
    private static JsonNode withLabels(JsonNode object) {
        ObjectNode copy = object.deepCopy();
        if (copy.at("/metadata/labels").isMissingNode() || copy.at("/metadata/labels").isNull()) {
            ((ObjectNode) copy.get("metadata")).putObject("labels");
        }
        return copy;
    }
}
