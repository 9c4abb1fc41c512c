package io.fargatewebhook.advice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fargatewebhook.json.PodJson;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import io.fargatewebhook.pod.Workload;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdvisorTest {
    private static final String FIT = "containers: [{name: app, resources: {requests: {cpu: 300m, memory: 1Gi}}}]";

    private static Advisor advisor(Decision unsupported, boolean size) {
        return new Advisor(
                new Placer(new Label("fargate", "yes"), unsupported, Decision.SKIP, Set.of("kube-system"), Optional.empty()), size);
    }

    private static Workload workload(String kind, String templateMetadata, String podSpec) {
        String template = "template: {metadata: {" + templateMetadata + "}, spec: {" + podSpec + "}}";
        String spec = kind.equals("CronJob") ? "jobTemplate: {spec: {" + template + "}}" : template;
        try {
            return PodJson.mapper().build().readValue(
                    new YAMLMapper()
                            .readTree("{kind: " + kind + ", metadata: {name: app, namespace: shop}, spec: {" + spec + "}}")
                            .toString(),
                    Workload.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<String> advice(String kind, String templateMetadata, String podSpec) {
        return advisor(Decision.SKIP, true).advise("shop", workload(kind, templateMetadata, podSpec)).sentences();
    }

    @Test
    void ofPodsThatFitItSaysTheSize() {
        assertThat(advice("Deployment", "", FIT))
                .containsExactly("pods of deployment/app fit Fargate size 0.5 vCPU, 2 GB each (requests 300m, 1024Mi + 256Mi overhead)");
        assertThat(advice("CronJob", "", FIT)).singleElement().asString().startsWith("pods of cronjob/app fit Fargate size");
    }

    @Test
    void whoRequestsNothingGetsTheSmallestSize() {
        assertThat(advice("Deployment", "", "containers: [{name: app}]"))
                .containsExactly("pods of deployment/app fit Fargate size 0.25 vCPU, 0.5 GB each (no requests + 256Mi overhead)");
    }

    @Test
    void theSizeCanBeLeftOut() {
        assertThat(advisor(Decision.SKIP, false).advise("shop", workload("Deployment", "", FIT)).sentences()).isEmpty();
    }

    @Test
    void whatStaysOnEc2IsSaidWithItsReason() {
        assertThat(advice("Deployment", "", "containers: [{name: proxy, securityContext: {privileged: true}}]"))
                .containsExactly("pods of deployment/app will stay on EC2: container \"proxy\" is privileged "
                        + "(spec.containers[0].securityContext.privileged) (Unsupported)");
        assertThat(advice("DaemonSet", "", FIT))
                .containsExactly("pods of daemonset/app will stay on EC2: Fargate runs no DaemonSets (DaemonSet)");
        assertThat(advice("Job", "", FIT + ", schedulerName: volcano"))
                .containsExactly("pods of job/app will stay on EC2: spec.schedulerName is volcano (OtherScheduler)");
    }

    @Test
    void ownersWhoOptedOutHearNothing() {
        assertThat(advice("Deployment", "labels: {fargate: 'no'}", FIT)).isEmpty();
        assertThat(advice("Deployment", "annotations: {eks.amazonaws.com/compute-type: ec2}", FIT)).isEmpty();
    }

    @Test
    void theirOwnLabelDoesNotMakeThemFit() {
        assertThat(advice("Deployment", "labels: {fargate: 'yes'}", FIT)).singleElement().asString().contains("fit Fargate size");
        assertThat(advice("Deployment", "labels: {fargate: 'yes'}", FIT + ", hostNetwork: true"))
                .containsExactly("pods of deployment/app have label fargate=yes, but Fargate may leave them Pending: "
                        + "the pod shares the host's network (spec.hostNetwork) (Unsupported)");
    }

    @Test
    void whatFargateDoesOtherwiseComesBeforeTheSize() {
        assertThat(advice(
                        "Deployment",
                        "",
                        "topologySpreadConstraints: [{topologyKey: topology.kubernetes.io/zone}], containers: "
                                + "[{name: app, resources: {requests: {cpu: 1, memory: 2Gi}, limits: {cpu: 2, memory: 2Gi}}}]"))
                .satisfiesExactly(
                        limits -> assertThat(limits)
                                .startsWith("pods of deployment/app: container \"app\" has limits above its requests (cpu): "),
                        spread -> assertThat(spread).startsWith("pods of deployment/app: topologySpreadConstraints are ignored: "),
                        size -> assertThat(size).contains("fit Fargate size 1 vCPU, 3 GB"));
    }

    @Test
    void settingsChangeWhatWillHappen() {
        Workload unfit = workload("Deployment", "", FIT + ", hostPID: true");
        assertThat(advisor(Decision.DENY, true).advise("shop", unfit).sentences())
                .singleElement().asString().startsWith("pods of deployment/app are refused in a namespace labeled fargate=yes: the pod shares the host's process IDs");
        assertThat(advisor(Decision.LABEL, false).advise("shop", unfit).sentences())
                .singleElement().asString().startsWith("Fargate may leave pods of deployment/app Pending: ");
    }

    @Test
    void aWorkloadWithoutATemplateIsNone() throws JsonProcessingException {
        Workload odd = PodJson.mapper().build().readValue("{\"metadata\":{}}", Workload.class);
        assertThat(advisor(Decision.SKIP, true).advise("shop", odd).sentences()).isEmpty();
    }
}
