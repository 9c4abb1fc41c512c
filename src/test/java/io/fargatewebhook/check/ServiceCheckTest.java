package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fargatewebhook.cluster.Reading.Denied;
import io.fargatewebhook.cluster.Reading.Found;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceCheckTest {
    private static final Deployment TWO =
            new DeploymentBuilder().withNewSpec().withReplicas(2).endSpec().build();

    private static EndpointSlice slice(String pod, String address, Boolean ready) {
        return new EndpointSliceBuilder()
                .withNewMetadata().withName("s").endMetadata()
                .addNewEndpoint()
                    .withAddresses(address)
                    .withNewConditions().withReady(ready).endConditions()
                    .withNewTargetRef().withName(pod).endTargetRef()
                .endEndpoint()
                .build();
    }

    private static Line line(EndpointSlice... slices) {
        return ServiceCheck.line(new Found<>(List.of(slices)), new Found<>(Optional.of(TWO)), "every call fails open");
    }

    @Test
    void replicas() {
        // Not known means ready, and a slice may have null for a list.
        var none = new EndpointSlice();
        assertThat(line(slice("a", "1", true), slice("b", "2", null), none))
                .isEqualTo(Line.ok("Service fargate-webhook/fargate-webhook has 2 of 2 replicas ready"));
        assertThat(line(slice("a", "1", true), slice("b", "2", false)).status()).isEqualTo(Status.WARNING);
        assertThat(line(slice("a", "1", true), slice("a", "::1", true)).sentence()).contains("has 1 of 2 replicas ready");
        assertThat(line(slice("a", "1", false)).status()).isEqualTo(Status.FAILURE);
        assertThat(line(none).advice()).contains("every call fails open");
        assertThat(line().sentence()).contains("has no replica that is ready");
    }

    @Test
    void whatMayNotBeSeen() {
        var one = new Found<>(List.of(slice("a", "1", true)));
        assertThat(ServiceCheck.line(one, new Denied<>("no"), "")).isEqualTo(
                Line.ok("Service fargate-webhook/fargate-webhook has 1 replica ready"));
        assertThat(ServiceCheck.line(one, new Found<>(Optional.empty()), "").status()).isEqualTo(Status.OK);
        assertThat(ServiceCheck.line(new Denied<>("no"), new Denied<>("no"), "").status()).isEqualTo(Status.WARNING);
    }
}
