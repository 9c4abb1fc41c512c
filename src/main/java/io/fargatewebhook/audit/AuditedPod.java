package io.fargatewebhook.audit;

import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.pod.Pod;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A pod as the API server has it now, and as its creator asked for it.
 *
 * @param pod as it is
 * @param asCreated without what schedulers and webhooks have added
 * @param asInjected as it was created, with the containers and volumes that webhooks have added
 * @param labelsSince the keys of labels that somebody has set since
 * @param created when
 * @param controller who made it and would replace it
 * @param gated whether a scheduling gate holds it back
 * @param ready whether its containers serve, by its condition Ready
 * @param unschedulable what its condition PodScheduled says where that is false, else empty
 */
public record AuditedPod(
        String uid,
        Pod pod,
        Pod asCreated,
        Pod asInjected,
        Set<String> labelsSince,
        Instant created,
        Optional<Controller> controller,
        boolean gated,
        boolean ready,
        String unschedulable) {

    public record Controller(String apiVersion, String kind, String name, String uid) {}

    String namespace() {
        return pod.metadata().namespace();
    }

    String name() {
        return pod.metadata().name();
    }

    /** Whether EKS' webhook gave it to Fargate. */
    boolean isTaken() {
        return pod.spec().schedulerName().equals(Names.FARGATE_SCHEDULER)
                && pod.metadata().labels().containsKey(Profiles.PROFILE_LABEL);
    }

    boolean isBound() {
        return !pod.spec().nodeName().isEmpty();
    }

    /** The workload that people know, as kubectl writes it. A ReplicaSet's name tells its Deployment's. */
    String workload() {
        return controller
                .map(owner -> {
                    String hash = pod.metadata().labels().get("pod-template-hash");
                    return owner.kind().equals("ReplicaSet") && hash != null && owner.name().endsWith("-" + hash)
                            ? "deployment/" + owner.name().substring(0, owner.name().length() - hash.length() - 1)
                            : owner.kind().toLowerCase(Locale.ROOT) + "/" + owner.name();
                })
                .orElse("pod/" + name());
    }
}
