package io.fargatewebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Audits 50,000 pods, and looks at the memory it takes. */
class AuditScaleE2E {
    private static final int NAMESPACES = 10;
    private static final int PODS = 50_000;
    private static final int MAX_MIB = 128;

    /** A control plane of its own: tens of thousands of pods would slow everybody else's tests down. */
    @Test
    void fiftyThousandPodsAreAuditedWithin128MiB() throws Exception {
        try (var cluster = ControlPlane.bare("kube-scale")) {
            fill(cluster);
            var out = Path.of("target/e2e/audit-scale.json").toFile();
            var builder = new ProcessBuilder(Program.command("audit", "-o", "json"))
                    .redirectOutput(out)
                    .redirectError(Path.of("target/e2e/audit-scale.log").toFile());
            builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
            var process = builder.start();
            var peak = peakMib(process);

            System.out.println("Audited " + PODS + " pods with a peak of " + peak + " MiB");
            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(pods(out.toPath())).isEqualTo(PODS);
            assertThat(peak).isLessThanOrEqualTo(MAX_MIB);
        }
    }

    private static void fill(ControlPlane cluster) throws Exception {
        var client = cluster.client();
        IntStream.range(0, NAMESPACES).mapToObj(i -> "scale-" + i).forEach(name -> {
            client.resource(new NamespaceBuilder().withNewMetadata().withName(name).withLabels(Map.of("fargate", "yes")).endMetadata().build())
                    .create();
            client.resource(new ServiceAccountBuilder().withNewMetadata().withName("default").withNamespace(name).endMetadata().build())
                    .create();
        });
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < PODS; i++) {
                var pod = pod(i);
                all.add(threads.submit(() -> assertThat(cluster.pods().create(pod).status()).isEqualTo(201)));
            }
            for (var one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Of usual size: what a controller makes of a template with two containers and a few dozen variables. */
    private static Pod pod(int i) {
        var owner = "web-" + i / 10;
        var pod = new PodBuilder(TestPods.pod("scale-" + i % NAMESPACES, owner + "-7d9f8c6b5d-" + i))
                .editMetadata()
                    .addToLabels(Map.of("app", owner, "pod-template-hash", "7d9f8c6b5d"))
                    .addToAnnotations("example.com/checksum", "0123456789abcdef".repeat(16))
                    .addNewOwnerReference()
                        .withApiVersion("apps/v1")
                        .withKind("ReplicaSet")
                        .withName(owner + "-7d9f8c6b5d")
                        .withUid("00000000-0000-0000-0000-" + String.format("%012d", i / 10))
                        .withController(true)
                    .endOwnerReference()
                .endMetadata();
        for (int variable = 0; variable < 30; variable++) {
            pod.editSpec().editContainer(0).addNewEnv()
                    .withName("VARIABLE_" + variable).withValue("the value of a variable of usual length")
                    .endEnv().endContainer().endSpec();
        }
        return pod.editSpec()
                .addNewContainer().withName("proxy").withImage("example.com/proxy").endContainer()
                .endSpec()
                .build();
    }

    /** The most that was resident at any time of its life, from Linux' own count. */
    private static long peakMib(Process process) throws IOException, InterruptedException {
        long peak = 0;
        var status = Path.of("/proc", String.valueOf(process.pid()), "status");
        while (process.isAlive()) {
            try (var lines = Files.lines(status)) {
                peak = lines.filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                        .findFirst()
                        .orElse(peak);
            } catch (IOException e) {
                return peak; // it has just ended
            }
            Thread.sleep(Duration.ofMillis(20).toMillis());
        }
        return peak;
    }

    private static int pods(Path json) throws IOException {
        int pods = 0;
        try (JsonParser parser = new ObjectMapper().createParser(json.toFile())) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME && parser.currentName().equals("pod")) {
                    pods++;
                }
            }
        }
        return pods;
    }
}
