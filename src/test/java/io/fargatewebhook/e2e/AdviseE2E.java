package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.e2e.kube.Command;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read in their terminal when they apply a workload. */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdviseE2E {

    private static final String FIT = "containers: [{name: app, image: example.com/app, resources: {requests: {cpu: 250m, memory: 512Mi}}}]";
    private static final String PRIVILEGED =
            "containers: [{name: proxy, image: example.com/proxy, securityContext: {privileged: true}}]";
    private static final String SIZE = "fit Fargate size 0.25 vCPU, 1 GB each (requests 250m, 512Mi + 256Mi overhead)";

    @TempDir
    Path folder;

    private ControlPlane cluster;
    private TestNamespaces namespaces;
    private String namespace;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) {
        this.cluster = cluster;
        this.namespaces = namespaces;
        installation.webhook(Map.of());
        namespace = namespaces.create("e2e-advise", Map.of("fargate", "yes"));
    }

    private static String workload(String apiVersion, String kind, String name, String podSpec) {
        var template = "template: {metadata: {labels: {app: " + name + "}}, spec: {" + podSpec + "}}";
        var selector = "selector: {matchLabels: {app: " + name + "}}, ";
        var spec = switch (kind) {
            case "CronJob" -> "schedule: '0 3 * * *', jobTemplate: {spec: {" + template.replace("spec: {", "spec: {restartPolicy: Never, ") + "}}";
            case "Job" -> template.replace("spec: {", "spec: {restartPolicy: Never, ");
            case "ReplicationController" -> "replicas: 0, selector: {app: " + name + "}, " + template;
            case "DaemonSet" -> selector + template;
            case "StatefulSet" -> "serviceName: none, replicas: 0, " + selector + template;
            default -> "replicas: 0, " + selector + template;
        };
        return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n";
    }

    private List<String> apply(String in, String manifest) throws IOException {
        var file = Files.writeString(folder.resolve("workload.yaml"), manifest);
        return advice(cluster.command("kubectl", "apply", "-n", in, "-f", file.toString()));
    }

    private static List<String> advice(Command command) {
        return command.run(Duration.ofSeconds(30)).succeeded().err().lines().filter(line -> line.contains("fargate-webhook")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "apps/v1 Deployment", "apps/v1 StatefulSet", "apps/v1 ReplicaSet", "batch/v1 Job", "batch/v1 CronJob", "v1 ReplicationController"
    })
    void everyKindOfWorkloadHearsOfItsPods(String type) throws IOException {
        var kind = type.split(" ")[1];
        var name = kind.toLowerCase();
        var pods = "pods of " + name + "/";

        assertThat(apply(namespace, workload(type.split(" ")[0], kind, name + "-fit", FIT)))
                .containsExactly("Warning: fargate-webhook: " + pods + name + "-fit " + SIZE);
        assertThat(apply(namespace, workload(type.split(" ")[0], kind, name + "-unfit", PRIVILEGED)))
                .containsExactly("Warning: fargate-webhook: " + pods + name + "-unfit will stay on EC2: container \"proxy\" is privileged "
                        + "(spec.containers[0].securityContext.privileged) (Unsupported)");
    }

    @Test
    void daemonSetsHearThatTheyStay() throws IOException {
        assertThat(apply(namespace, workload("apps/v1", "DaemonSet", "agent", FIT)))
                .containsExactly(
                        "Warning: fargate-webhook: pods of daemonset/agent will stay on EC2: Fargate runs no DaemonSets (DaemonSet)");
    }

    @Test
    void onlyANewTemplateIsNews() throws IOException {
        var manifest = workload("apps/v1", "Deployment", "web", FIT);
        assertThat(apply(namespace, manifest)).hasSize(1);

        assertThat(apply(namespace, manifest)).isEmpty();
        assertThat(advice(cluster.command("kubectl", "scale", "-n", namespace, "deployment/web", "--replicas", "1"))).isEmpty();
        assertThat(advice(cluster.command("kubectl", "label", "-n", namespace, "deployment/web", "team=shop"))).isEmpty();
        assertThat(advice(cluster.command("kubectl", "set", "image", "-n", namespace, "deployment/web", "app=example.com/app:2")))
                .hasSize(1);
        assertThat(apply(namespace, workload("batch/v1", "CronJob", "nightly", FIT))).hasSize(1);
        assertThat(advice(cluster.command("kubectl", "patch", "-n", namespace, "cronjob/nightly", "-p", "{\"spec\":{\"suspend\":true}}")))
                .isEmpty();
    }

    @Test
    void reportNamespacesHearItToo() throws IOException {
        var report = namespaces.create("e2e-advise-report", Map.of("fargate", "report"));
        assertThat(apply(report, workload("apps/v1", "Deployment", "web", FIT))).singleElement().asString().endsWith(SIZE);
    }

    @Test
    void otherNamespacesHearNothing() throws IOException {
        var other = namespaces.create("e2e-advise-other", Map.of());
        assertThat(apply(other, workload("apps/v1", "Deployment", "web", PRIVILEGED))).isEmpty();
    }
}
