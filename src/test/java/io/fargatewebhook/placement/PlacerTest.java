package io.fargatewebhook.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fargatewebhook.Pods;
import io.fargatewebhook.fargate.Profile;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.fargate.Selector;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placement.Objection;
import io.fargatewebhook.placement.Placer.Label;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacerTest {
    private static final Label LABEL = new Label("fargate", "yes");
    private static final Set<String> EXCLUDED = Set.of("kube-system", "fargate-webhook");

    private static Placer placer(Decision unsupported, Decision volumeClaims, Profile... profiles) {
        return new Placer(
                LABEL,
                unsupported,
                volumeClaims,
                EXCLUDED,
                profiles.length == 0 ? Optional.empty() : Optional.of(new Profiles(List.of(profiles))));
    }

    private static final Placer DEFAULT = placer(Decision.SKIP, Decision.SKIP);
    private static final Profile CHECKOUT =
            new Profile("checkout", List.of(new Selector("checkout", Map.of("fargate", "yes"))));

    /** Each pod holds for its own row and for every later one but those that contradict it: the first wins. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata: {annotations: {kubernetes.io/config.mirror: x}, labels: {fargate: 'yes'}} | MirrorPod",
                "{metadata: {labels: {fargate: 'yes'}, annotations: {eks.amazonaws.com/compute-type: ec2}}, spec: {nodeName: n}} | AlreadyLabelled",
                "{metadata: {labels: {fargate: 'no'}}, spec: {nodeName: n}} | OptedOut",
                "{metadata: {labels: {fargate: ''}}, spec: {nodeName: n}} | OptedOut",
                "{metadata: {labels: {fargate: 'Yes'}}} | OptedOut",
                "{metadata: {annotations: {eks.amazonaws.com/compute-type: ec2}}, spec: {nodeName: n}} | OptedOut",
                "{metadata: {}, spec: {nodeName: n, schedulerName: volcano}} | NodeAssigned",
                "{metadata: {ownerReferences: [{kind: DaemonSet, name: d, controller: true}]}, spec: {schedulerName: volcano}} | OtherScheduler",
                "{metadata: {}, spec: {schedulerName: fargate-scheduler}} | OtherScheduler",
                "{metadata: {ownerReferences: [{kind: DaemonSet, name: d, controller: true}]}, spec: {hostNetwork: true}} | DaemonSet",
                "{metadata: {}, spec: {hostNetwork: true, containers: [{name: c, resources: {requests: {cpu: 17}}}]}} | Unsupported",
                "{metadata: {}, spec: {containers: [{name: c, resources: {requests: {cpu: 17}}}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}} | TooLarge",
                "{metadata: {}, spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}} | VolumeClaim",
                "{metadata: {}, spec: {volumes: [{name: v, ephemeral: {volumeClaimTemplate: {}}}]}} | VolumeClaim",
                "{metadata: {}, spec: {schedulerName: default-scheduler}} | Labelled",
                "{metadata: {annotations: {eks.amazonaws.com/compute-type: fargate}}} | Labelled",
                "{metadata: {ownerReferences: [{kind: DaemonSet, name: d, controller: false}, {kind: ReplicaSet, name: r, controller: true}]}} | Labelled",
                "{metadata: {}} | Labelled"
            })
    void theFirstRowThatHoldsWins(String pod, Reason reason) {
        Placement placement = DEFAULT.place("shop", Pods.pod(pod));
        assertThat(placement.reason()).isEqualTo(reason);
        assertThat(placement.decision()).isEqualTo(reason == Reason.Labelled ? Decision.LABEL : Decision.SKIP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kube-system", "fargate-webhook"})
    void excludedNamespacesComeFirst(String namespace) {
        assertThat(DEFAULT.place(namespace, Pods.pod("metadata: {annotations: {kubernetes.io/config.mirror: x}}"))
                        .reason())
                .isEqualTo(Reason.NamespaceExcluded);
    }

    @Test
    void aPodThatNoProfileWouldSelectIsLeftAlone() {
        Placer placer = placer(Decision.SKIP, Decision.SKIP, CHECKOUT);
        assertThat(placer.place("checkout", Pods.pod("metadata: {}")).reason()).isEqualTo(Reason.Labelled);
        Placement elsewhere = placer.place("shop", Pods.pod("metadata: {}"));
        assertThat(elsewhere.reason()).isEqualTo(Reason.NoProfile);
        assertThat(elsewhere.objections())
                .containsExactly(new Objection(
                        Reason.NoProfile, "", "no Fargate profile selects namespace shop with label fargate=yes"));
        assertThat(placer.place("checkout", Pods.pod("metadata: {labels: {eks.amazonaws.com/fargate-profile: other}}"))
                        .objections())
                .singleElement()
                .extracting(Objection::message)
                .asString()
                .contains("named other");
    }

    @Test
    void objectionsNameTheFieldAndSayItAsTheSchedulerWould() {
        assertThat(DEFAULT.place("shop", Pods.withContainer("securityContext: {privileged: true}"))
                        .objections())
                .containsExactly(new Objection(
                        Reason.Unsupported,
                        "spec.containers[0].securityContext.privileged",
                        "container \"app\" is privileged (spec.containers[0].securityContext.privileged)",
                        "Pod not supported on Fargate: invalid SecurityContext fields: Privileged"));
        assertThat(DEFAULT.place("shop", Pods.requesting("cpu: 17, memory: 1.5Gi"))
                        .objections()
                        .get(0)
                        .message())
                .startsWith("Your pod's cpu/memory requirements exceed the max Fargate configuration: it requests 17 vCPU, 1.5 GiB");
        assertThat(DEFAULT.place("shop", Pods.withSpec("volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]"))
                        .objections()
                        .get(0)
                        .message())
                .startsWith("volume \"v\" mounts claim \"data\" (spec.volumes[0].persistentVolumeClaim)");
    }

    @Test
    void deniesWhatFargateRefusesIfToldTo() {
        Placer placer = placer(Decision.DENY, Decision.SKIP);
        assertThat(placer.place("shop", Pods.withSpec("hostNetwork: true")).decision()).isEqualTo(Decision.DENY);
        assertThat(placer.place("shop", Pods.requesting("cpu: 17")).decision()).isEqualTo(Decision.DENY);
        assertThat(placer.place("shop", Pods.withSpec("volumes: [{name: v, ephemeral: {}}]")).decision())
                .isEqualTo(Decision.SKIP);
    }

    @Test
    void labelsAllTheSameIfToldToAndGoesOn() {
        String all = "hostNetwork: true\nvolumes: [{name: v, ephemeral: {}}]\ncontainers: [{name: c, resources: {requests: {cpu: 17}}}]\n";
        Placement labelled = placer(Decision.LABEL, Decision.LABEL).place("shop", Pods.withSpec(all));
        assertThat(labelled.decision()).isEqualTo(Decision.LABEL);
        assertThat(labelled.reason()).isEqualTo(Reason.Labelled);
        assertThat(labelled.objections())
                .extracting(Objection::reason)
                .containsExactly(Reason.Unsupported, Reason.TooLarge, Reason.VolumeClaim);

        Placement stopped = placer(Decision.LABEL, Decision.SKIP).place("shop", Pods.withSpec(all));
        assertThat(stopped.reason()).isEqualTo(Reason.VolumeClaim);
        assertThat(stopped.objections()).hasSize(3);

        Placement unselected = placer(Decision.LABEL, Decision.LABEL, CHECKOUT).place("shop", Pods.withSpec(all));
        assertThat(unselected.decision()).isEqualTo(Decision.SKIP);
        assertThat(unselected.reason()).isEqualTo(Reason.NoProfile);
    }

    @Test
    void anotherLabelIsAnotherOptIn() {
        Placer placer = new Placer(
                new Label("example.com/compute", "fargate"), Decision.SKIP, Decision.SKIP, Set.of(), Optional.empty());
        assertThat(placer.place("shop", Pods.pod("metadata: {labels: {fargate: 'no'}}")).reason())
                .isEqualTo(Reason.Labelled);
        assertThat(placer.place("shop", Pods.pod("metadata: {labels: {example.com/compute: fargate}}"))
                        .reason())
                .isEqualTo(Reason.AlreadyLabelled);
    }

    @ParameterizedTest
    @CsvSource({"'', yes", "' x', yes", "a/b/c, yes", "fargate, ''", "fargate, 'y s'", "-a, yes", "/a, yes"})
    void aLabelThatKubernetesWouldRefuseIsRefused(String key, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Label(key, value))
                .withMessageStartingWith("fargate.label.");
    }

    @Test
    void claimsAreNeverDenied() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> placer(Decision.SKIP, Decision.DENY))
                .withMessageContaining("fargate.volume-claims");
    }
}
