package io.fargatewebhook.fargate;

import io.fargatewebhook.pod.Container;
import io.fargatewebhook.pod.Pod;
import io.fargatewebhook.pod.PodSpec;
import io.fargatewebhook.pod.ResourceRequirements;
import java.math.BigDecimal;

/**
 * What a pod as a whole requests, counted as the Kubernetes scheduler counts it.
 *
 * <p>Containers and native sidecars add up. An init container needs its own beside the sidecars started before it, and the
 * pod needs the largest of these. What the pod itself requests (KEP-2837) wins over its containers. A limit stands in for a
 * request that is not set, as the API server fills it in.
 *
 * @param cpu in cores
 * @param memory in bytes, without what Fargate adds for itself
 * @param ephemeralStorage in bytes
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers">
 *     Resource sharing within containers</a>
 */
public record PodRequests(BigDecimal cpu, BigDecimal memory, BigDecimal ephemeralStorage) {
    static final String CPU = "cpu";
    static final String MEMORY = "memory";
    static final String EPHEMERAL_STORAGE = "ephemeral-storage";

    public static PodRequests of(Pod pod) {
        PodSpec spec = pod.spec();
        return new PodRequests(of(spec, CPU), of(spec, MEMORY), of(spec, EPHEMERAL_STORAGE));
    }

    private static BigDecimal of(PodSpec spec, String resource) {
        BigDecimal ofPod = spec.resources().requests().get(resource);
        if (ofPod != null) {
            return ofPod;
        }
        BigDecimal ofContainers = ofContainers(spec, resource);
        return ofContainers.signum() > 0
                ? ofContainers
                : spec.resources().limits().getOrDefault(resource, BigDecimal.ZERO);
    }

    private static BigDecimal ofContainers(PodSpec spec, String resource) {
        BigDecimal sidecars = BigDecimal.ZERO;
        BigDecimal starting = BigDecimal.ZERO;
        for (Container init : spec.initContainers()) {
            BigDecimal asked = asked(init.resources(), resource);
            if (init.restartsAlways()) {
                sidecars = sidecars.add(asked);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.add(asked));
            }
        }
        BigDecimal running = sidecars;
        for (Container container : spec.containers()) {
            running = running.add(asked(container.resources(), resource));
        }
        return running.max(starting);
    }

    private static BigDecimal asked(ResourceRequirements resources, String resource) {
        BigDecimal request = resources.requests().get(resource);
        return request != null ? request : resources.limits().getOrDefault(resource, BigDecimal.ZERO);
    }
}
