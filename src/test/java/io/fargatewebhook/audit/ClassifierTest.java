package io.fargatewebhook.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The cases that a real cluster reaches only by luck; AuditE2E has the others. */
class ClassifierTest {
    private static final Instant CREATED = Instant.parse("2026-11-22T12:00:00Z");
    private static final OptIn YES = new OptIn("shop", true, CREATED.minusSeconds(60));
    private static final Order IN_ORDER = new Order(Optional.of("0400-fargate-webhook"), true);
    private static final Refusals NONE = pod -> Optional.empty();

    /** As the API server has noted it of a controller's pod, before admission. */
    private static final String MANAGED =
            """
              managedFields:
              - manager: kube-controller-manager
                operation: Update
                time: "2026-11-22T12:00:00Z"
                fieldsV1:
                  f:metadata: {f:labels: {".": {}, f:app: {}}}
                  f:spec: {f:containers: {'k:{"name":"app"}': {f:image: {}}}, f:schedulerName: {}}
              - manager: kubelet
                operation: Update
                subresource: status
                time: "2026-11-22T12:00:09Z"
                fieldsV1: {f:status: {}, f:spec: {f:nodeName: {}}}
            """;

    private static AuditedPod pod(String labels, String metadata, String spec) {
        String yaml = "metadata:\n  name: p\n  namespace: shop\n  uid: u\n  creationTimestamp: \"2026-11-22T12:00:00Z\"\n"
                + "  labels: {" + labels + "}\n" + metadata + "spec:\n" + spec.indent(2);
        try {
            return PodItems.read((ObjectNode) new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    private static Finding classify(OptIn optIn, Order order, AuditedPod pod, Refusals refusals) {
        Placer placer =
                new Placer(new Label("fargate", "yes"), Decision.SKIP, Decision.SKIP, Set.of("kube-system"), Optional.empty());
        return new Classifier(placer, order, CREATED.plusSeconds(300)).classify(optIn, pod, refusals);
    }

    private static String words(Finding finding) {
        return finding.state() + " " + finding.cause();
    }

    private static final String BOUND = "nodeName: ip-10-0-0-1\nschedulerName: default-scheduler\ncontainers: [{name: app}]";

    @Test
    void aBindingIsNotItsCreatorsChoice() {
        assertThat(words(classify(YES, IN_ORDER, pod("app: a", MANAGED, BOUND), NONE))).isEqualTo("Missed NotLabelled");
        String chosen = MANAGED.replace("f:schedulerName: {}", "f:schedulerName: {}, f:nodeName: {}");
        assertThat(words(classify(YES, IN_ORDER, pod("app: a", chosen, BOUND), NONE))).isEqualTo("LeftAlone NodeAssigned");
    }

    @Test
    void withoutManagedFieldsANodeIsTakenForASchedulers() {
        assertThat(words(classify(YES, IN_ORDER, pod("app: a", "", BOUND), NONE))).isEqualTo("Missed NotLabelled");
    }

    @Test
    void whatItsOwnCreatorHasChangedSinceIsStillItsCreators() {
        String updated = MANAGED.replace("12:00:00Z", "12:30:00Z").replace("f:schedulerName: {}", "f:nodeName: {}");
        assertThat(words(classify(YES, IN_ORDER, pod("app: a", updated, BOUND), NONE))).isEqualTo("LeftAlone NodeAssigned");
    }

    @Test
    void injectedContainersAreACauseOfTheirOwn() {
        String meshed = BOUND.replace("[{name: app}]", "[{name: app}, {name: proxy, securityContext: {privileged: true}}]");
        assertThat(words(classify(YES, IN_ORDER, pod("app: a", MANAGED, meshed), NONE))).isEqualTo("Missed Injected");
        assertThat(words(classify(YES, IN_ORDER, pod("app: a", "", meshed), NONE))).isEqualTo("LeftAlone Unsupported");

        String taken = meshed.replace("nodeName: ip-10-0-0-1\n", "").replace("default-scheduler", "fargate-scheduler");
        Finding refused = classify(
                YES,
                IN_ORDER,
                pod("app: a, fargate: 'yes', eks.amazonaws.com/fargate-profile: fp", MANAGED, taken),
                pod -> Optional.of("Pod not supported on Fargate"));
        assertThat(words(refused)).isEqualTo("Refused Injected");
        assertThat(refused.message()).contains("container \"proxy\" is privileged").endsWith("says: Pod not supported on Fargate");
    }

    @Test
    void aPodOfAnotherProfileIsOnFargateAllTheSame() {
        String taken = BOUND.replace("default-scheduler", "fargate-scheduler");
        assertThat(words(classify(YES, IN_ORDER, pod("eks.amazonaws.com/fargate-profile: fp", MANAGED, taken), NONE)))
                .isEqualTo("Fargate OtherProfile");
    }

    @Test
    void aLabelledPodThatWasNotTakenHasACause() {
        AuditedPod labelled = pod("app: a, fargate: 'yes'", MANAGED, BOUND);
        assertThat(words(classify(YES, IN_ORDER, labelled, NONE))).isEqualTo("NotTaken NoProfile");
        assertThat(words(classify(YES, new Order(Optional.of("fargate-webhook"), true), labelled, NONE)))
                .isEqualTo("NotTaken WrongOrder");
        assertThat(classify(YES, new Order(Optional.of("0400-fargate-webhook"), false), labelled, NONE).message())
                .contains("the cluster has no Fargate profile");
    }

    @Test
    void aLabelThatSomebodyAddedLaterIsACauseOfItsOwn() {
        String since = MANAGED + """
              - manager: kubectl-label
                operation: Update
                time: "2026-11-22T12:20:00Z"
                fieldsV1: {f:metadata: {f:labels: {".": {}, f:fargate: {}}}}
            """;
        AuditedPod labelled = pod("app: a, fargate: 'yes'", since, BOUND);
        assertThat(words(classify(YES, IN_ORDER, labelled, NONE))).isEqualTo("Missed LabelledLater");
        assertThat(words(classify(new OptIn("shop", true, CREATED.plusSeconds(1)), IN_ORDER, labelled, NONE)))
                .isEqualTo("BeforeOptIn LabelledLater");
        assertThat(words(classify(new OptIn("shop", false, CREATED), IN_ORDER, labelled, NONE)))
                .isEqualTo("ReportOnly LabelledLater");
    }

    @Test
    void itsOwnersOwnLabelIsNeverTooLate() {
        String own = MANAGED.replace("f:app: {}", "f:app: {}, f:fargate: {}");
        assertThat(words(classify(
                        YES,
                        new Order(Optional.of("prod-0400-fargate-webhook"), true),
                        pod("app: a, fargate: 'yes'", own, BOUND),
                        NONE)))
                .isEqualTo("NotTaken NoProfile");
    }

    @Test
    void injectedFieldsAreNotItsCreatorsEither() {
        assertThat(words(classify(YES, IN_ORDER, pod("app: a", MANAGED, BOUND + "\nnodeSelector: {pool: apps}"), NONE)))
                .isEqualTo("Missed Injected");
    }

    @Test
    void whoLabelsAPodInItsFirstSecondIsNotItsCreator() {
        String patched = MANAGED.replaceFirst("12:00:00Z", "12:30:00Z") + """
              - manager: operator
                operation: Update
                time: "2026-11-22T12:00:00Z"
                fieldsV1: {f:metadata: {f:labels: {f:team: {}}}}
            """;
        String privileged = BOUND.replace("{name: app}", "{name: app, securityContext: {privileged: true}}");
        assertThat(words(classify(YES, IN_ORDER, pod("app: a, team: b", patched, privileged), NONE)))
                .isEqualTo("LeftAlone Unsupported");
    }

    @Test
    void waitingForANodeHasAnEnd() {
        String waiting = "schedulerName: fargate-scheduler\ncontainers: [{name: app}]";
        AuditedPod taken = pod("app: a, fargate: 'yes', eks.amazonaws.com/fargate-profile: fp", MANAGED, waiting);
        assertThat(words(classify(YES, IN_ORDER, taken, NONE))).isEqualTo("Waiting Scheduling");
        Finding late = new Classifier(
                        new Placer(new Label("fargate", "yes"), Decision.SKIP, Decision.SKIP, Set.of(), Optional.empty()),
                        IN_ORDER,
                        CREATED.plusSeconds(3600))
                .classify(YES, taken, NONE);
        assertThat(words(late)).isEqualTo("Refused NoNode");
    }

    @Test
    void podsFromBeforeTheLabelAreNotMissed() {
        OptIn later = new OptIn("shop", true, CREATED.plusSeconds(1));
        assertThat(words(classify(later, IN_ORDER, pod("app: a", MANAGED, BOUND), NONE))).isEqualTo("BeforeOptIn Labelled");
        OptIn report = new OptIn("shop", false, CREATED.plusSeconds(1));
        assertThat(words(classify(report, IN_ORDER, pod("app: a", MANAGED, BOUND), NONE))).isEqualTo("ReportOnly Labelled");
    }
}
