package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.eks.FargateProfile;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stand-in does what EKS was seen to do; the other tests rest on it. The webhook has no part in these. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EksStandInE2E {

    private static final String CONFIGURATION = "0500-amazon-eks-fargate-mutation.amazonaws.com";

    private ControlPlane cluster;
    private EksStandIn eks;
    private String namespace;

    @BeforeAll
    void start(ControlPlane cluster, TestNamespaces namespaces) {
        this.cluster = cluster;
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress());
        namespace = namespaces.create("e2e-eks", Map.of());
    }

    @AfterAll
    void stop() {
        if (eks != null) {
            eks.close();
        }
    }

    @Test
    @Order(1)
    void thereIsNoWebhookBeforeTheFirstProfile() {
        assertThat(cluster.webhooks(CONFIGURATION)).isNull();
        assertThat(create("before", pod -> pod).getSpec().getSchedulerName()).isEqualTo("default-scheduler");

        eks.addProfile(FargateProfile.of("b", "e2e-eks-*", Map.of("fargate", "y?s")));
        eks.addProfile(FargateProfile.of("a", "e2e-eks-*", Map.of("fargate", "yes", "t?er", "*")));

        assertThat(cluster.webhooks(CONFIGURATION).getWebhooks()).hasSize(2);
    }

    @Test
    @Order(2)
    void aSelectedPodGoesToANodeOfItsOwnAsInTheLab() {
        var created = create("selected", pod -> pod);

        assertThat(created.getSpec().getSchedulerName()).isEqualTo("fargate-scheduler");
        assertThat(created.getSpec().getPriorityClassName()).isEqualTo("system-node-critical");
        assertThat(created.getSpec().getPriority()).isEqualTo(2000001000);
        assertThat(created.getMetadata().getLabels()).isEqualTo(Map.of("fargate", "yes", FargateProfile.LABEL, "b"));
        var running = Await.until(
                "the pod runs",
                Duration.ofSeconds(30),
                () -> get("selected"),
                pod -> pod.getStatus().getPhase().equals("Running"));
        assertThat(running.getMetadata().getAnnotations())
                .containsEntry("CapacityProvisioned", "0.25vCPU 0.5GB")
                .containsEntry("Logging", "LoggingDisabled: LOGGING_CONFIGMAP_NOT_FOUND");
        var node = running.getSpec().getNodeName();
        assertThat(node).matches("fargate-ip-[0-9-]+\\.us-west-2\\.compute\\.internal");
        assertThat(events("selected"))
                .extracting(Event::getType, Event::getReason, Event::getReportingComponent, Event::getMessage)
                .containsExactlyInAnyOrder(
                        tuple("Warning", "LoggingDisabled", "fargate-scheduler",
                                "Disabled logging because aws-logging configmap was not found. configmap \"aws-logging\" not found"),
                        tuple("Normal", "Scheduled", "fargate-scheduler",
                                "Successfully assigned " + namespace + "/selected to " + node));
        assertThat(cluster.client().nodes().withName(node).get()).satisfies(found -> {
            assertThat(found.getMetadata().getLabels()).containsEntry("eks.amazonaws.com/compute-type", "fargate");
            assertThat(found.getSpec().getTaints()).anySatisfy(taint -> {
                assertThat(taint.getKey()).isEqualTo("eks.amazonaws.com/compute-type");
                assertThat(taint.getEffect()).isEqualTo("NoSchedule");
            });
        });

        cluster.client().resource(running).delete();
        Await.until(
                "its node goes with it",
                Duration.ofSeconds(30),
                () -> cluster.client().nodes().withName(node).get(),
                Objects::isNull);
    }

    @Test
    @Order(2)
    void theFirstProfileInOrderOfNamesWinsUnlessThePodNamesOne() {
        assertThat(profile(create("first", pod -> label(pod, "tier", "web")))).isEqualTo("a");
        assertThat(profile(create("named", pod -> label(label(pod, "tier", "web"), FargateProfile.LABEL, "b")))).isEqualTo("b");
        assertThat(create("named-in-vain", pod -> label(pod, FargateProfile.LABEL, "a")).getSpec().getSchedulerName())
                .isEqualTo("default-scheduler");
    }

    @Test
    @Order(2)
    void podsThatSayWhereTheyGoAreLeftAlone() {
        var computeType = create("ec2", pod -> pod.editMetadata()
                .addToAnnotations("eks.amazonaws.com/compute-type", "ec2").endMetadata());
        var node = create("node", pod -> pod.editSpec().withNodeName("ip-10-0-0-1.us-west-2.compute.internal").endSpec());
        var scheduler = create("scheduler", pod -> pod.editSpec().withSchedulerName("volcano").endSpec());

        assertThat(List.of(computeType, node, scheduler)).allSatisfy(pod -> assertThat(profile(pod)).isNull());
    }

    @Test
    @Order(2)
    void aPodThatFargateCannotRunStaysPendingAndIsToldWhy() {
        create("unfit", pod -> pod.editSpec()
                .withHostNetwork(true)
                .editFirstContainer()
                    .addNewPort().withContainerPort(80).endPort()
                    .withNewSecurityContext().withPrivileged(true).endSecurityContext()
                .endContainer()
                .endSpec());

        var told = Await.until("an event", Duration.ofSeconds(30), () -> events("unfit"), events -> !events.isEmpty());
        assertThat(told)
                .extracting(Event::getType, Event::getReason, Event::getMessage)
                .containsExactly(tuple("Warning", "FailedScheduling",
                        "Pod not supported on Fargate: fields not supported: HostNetwork, invalid SecurityContext fields: Privileged,"
                                + " port contains HostIP or HostPort"));
        assertThat(get("unfit").getSpec().getNodeName()).isNull();
    }

    private Pod create(String name, UnaryOperator<PodBuilder> edit) {
        var pod = edit.apply(label(new PodBuilder(TestPods.pod(namespace, name)), "fargate", "yes")).build();
        var answer = cluster.pods().create(pod);
        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        return answer.pod();
    }

    private static PodBuilder label(PodBuilder pod, String key, String value) {
        return pod.editMetadata().addToLabels(key, value).endMetadata();
    }

    private Pod get(String name) {
        return cluster.client().pods().inNamespace(namespace).withName(name).get();
    }

    private List<Event> events(String pod) {
        return cluster.client().v1().events().inNamespace(namespace).withField("involvedObject.name", pod).list().getItems();
    }

    /** The profile that EKS noted; null where it took no notice of the pod. */
    private static String profile(Pod pod) {
        var taken = pod.getSpec().getSchedulerName().equals("fargate-scheduler");
        return taken ? pod.getMetadata().getLabels().get(FargateProfile.LABEL) : null;
    }
}
