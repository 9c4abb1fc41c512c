package io.fargatewebhook.pod;

/** What reviews are about: a pod, or a workload that makes pods. */
public sealed interface KubernetesObject permits Pod, Workload {
    ObjectMeta metadata();

    /** What people call it. */
    String displayName();
}
