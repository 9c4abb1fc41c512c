package io.fargatewebhook.e2e.eks;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FargateSizeTest {

    /** What AWS documents, and what people saw. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0.25vCPU 0.5GB",
        "250m, 256Mi, 0.25vCPU 0.5GB",
        "250m, 512Mi, 0.25vCPU 1GB",
        "1, 2.5G, 1vCPU 3GB",
        "1, 8Gi, 2vCPU 9GB",
        "500m, 750M, 0.5vCPU 1GB",
        "1, 3750M, 1vCPU 4GB",
        "16, 122624Mi, 16vCPU 120GB",
    })
    void isTheSmallestThatHoldsThePod(String cpu, String memory, String size) {
        assertThat(sizeOf(container(cpu, memory))).hasToString("Optional[" + size + "]");
    }

    @Test
    void thereIsNoneForMoreThanTheLargest() {
        assertThat(sizeOf(container("16001m", "0"))).isEmpty();
        assertThat(sizeOf(container("1", "122625Mi"))).isEmpty();
    }

    @Test
    void anInitContainerCountsAloneAndASidecarWithTheOthers() {
        var init = container("2", "0");
        var sidecar = new ContainerBuilder(container("250m", "0")).withRestartPolicy("Always").build();

        assertThat(sizeOf(container("1", "0"), init)).hasToString("Optional[2vCPU 4GB]");
        assertThat(sizeOf(container("250m", "0"), sidecar)).hasToString("Optional[0.5vCPU 1GB]");
        assertThat(sizeOf(container("250m", "0"), sidecar, init)).hasToString("Optional[4vCPU 8GB]");
    }

    private static Optional<FargateSize> sizeOf(Container container, Container... initContainers) {
        return FargateSize.of(new PodBuilder()
                .withNewSpec().withContainers(container).withInitContainers(initContainers).endSpec()
                .build());
    }

    private static Container container(String cpu, String memory) {
        return new ContainerBuilder()
                .withNewResources()
                    .addToRequests("cpu", new Quantity(cpu))
                    .addToRequests("memory", new Quantity(memory))
                .endResources()
                .build();
    }
}
