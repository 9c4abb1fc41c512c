package io.fargatewebhook.placement;

/** Why a pod got the label or did not: the stable words of metrics, audit annotations, logs and warnings. */
public enum Reason {
    /** Not the creation of a core/v1 pod, or nothing that can be read as one. */
    NotPodCreation,
    /** The namespace is one of {@code fargate.excluded-namespaces}. */
    NamespaceExcluded,
    /** A static pod's image in the API, which nobody may change. */
    MirrorPod,
    /** The label is there with our value. */
    AlreadyLabelled,
    /** The label has another value, or EKS' own annotation says ec2. */
    OptedOut,
    /** The creator chose the node; EKS leaves such pods alone. */
    NodeAssigned,
    /** The creator chose the scheduler; EKS leaves such pods alone. */
    OtherScheduler,
    /** A pod of a DaemonSet, which Fargate does not run. */
    DaemonSet,
    /** A field that Fargate refuses. */
    Unsupported,
    /** No Fargate size holds what the pod requests. */
    TooLarge,
    /** It mounts a claim, and Fargate can mount only those on EFS. */
    VolumeClaim,
    /** Profiles are configured, and none would select the pod with the label. */
    NoProfile,
    /** None of the above: the pod gets the label. */
    Labelled
}
