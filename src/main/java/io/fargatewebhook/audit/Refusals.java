package io.fargatewebhook.audit;

import java.util.Optional;

/** What fargate-scheduler has said of pods that it could not place. */
interface Refusals {
    Optional<String> of(AuditedPod pod);
}
