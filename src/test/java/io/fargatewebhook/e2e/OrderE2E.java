package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.e2e.eks.EksStandIn;
import io.fargatewebhook.e2e.eks.FargateProfile;
import io.fargatewebhook.e2e.kube.Await;
import io.fargatewebhook.e2e.kube.ControlPlane;
import io.fargatewebhook.e2e.kube.Pods;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Why the configuration is named {@code 0400-…}: the same one under a name that sorts after EKS' labels the pod too late, and
 * nothing errs. It also proves that a test here can tell the difference.
 */
@ExtendWith(EndToEnd.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrderE2E {

    private ControlPlane cluster;
    private EksStandIn eks;
    private String namespace;
    private Installation installation;

    @BeforeAll
    void start(ControlPlane cluster, Installation installation, TestNamespaces namespaces) {
        this.cluster = cluster;
        this.installation = installation;
        eks = EksStandIn.start(cluster.client(), cluster.urlAddress(), List.of(EksStandIn.PLATFORM));
        installation.webhook(Map.of());
        namespace = namespaces.create("e2e-order", Map.of("fargate", "yes"));
    }

    @AfterAll
    void stop() {
        if (eks != null) {
            eks.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fargate-webhook, Never",
        "fargate-webhook, IfNeeded",
        "0600-fargate-webhook, Never",
        "prod-0400-fargate-webhook, Never",
    })
    void aNameAfterEksLabelsThePodTooLate(String name, String reinvocation) {
        try (var real = new SetAside(cluster, installation)) {
            var copy = real.named(name);
            copy.getWebhooks().forEach(hook -> hook.setReinvocationPolicy(reinvocation));
            var late = cluster.client().resource(copy).create();
            try {
                awaitDryRun("labeled and not taken", answer -> Installation.isLabeled(answer) && !Installation.isTaken(answer));

                var answer = cluster.pods().create(TestPods.pod(namespace, "late-" + name + "-" + reinvocation.toLowerCase()));

                assertThat(answer.pod().getMetadata().getLabels()).isEqualTo(Map.of("fargate", "yes"));
                assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo("default-scheduler");
                assertThat(answer.warnings()).isEmpty();
            } finally {
                cluster.client().resource(late).delete();
            }
        }
        awaitDryRun("labeled and taken", answer -> Installation.isLabeled(answer) && Installation.isTaken(answer));
    }

    @Test
    void theRealNameIsInTime() {
        var answer = cluster.pods().create(TestPods.pod(namespace, "in-time"));

        assertThat(answer.pod().getMetadata().getLabels())
                .isEqualTo(Map.of("fargate", "yes", FargateProfile.LABEL, EksStandIn.PLATFORM.name()));
        assertThat(answer.pod().getSpec().getSchedulerName()).isEqualTo("fargate-scheduler");
    }

    private void awaitDryRun(String what, Predicate<Pods.Answer> expected) {
        Await.until(
                "a dry-run pod comes back " + what,
                Duration.ofSeconds(30),
                () -> cluster.pods().dryRun(TestPods.pod(namespace, "probe")),
                expected);
    }
}
