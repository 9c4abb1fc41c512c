package io.fargatewebhook.cluster;

/** The names in a cluster that the commands look for: ours, as k8s/base has them, and EKS'. */
public final class Names {
    /** Where the webhook runs. */
    public static final String NAMESPACE = "fargate-webhook";
    public static final String SERVICE = "fargate-webhook";
    public static final String DEPLOYMENT = "fargate-webhook";
    public static final String TLS_SECRET = "fargate-webhook-tls";

    public static final String CONFIGURATION = "0400-fargate-webhook";
    public static final String LABEL_WEBHOOK = "label.fargate-webhook.io";
    public static final String REPORT_WEBHOOK = "report.fargate-webhook.io";
    public static final String ADVISE_CONFIGURATION = "fargate-webhook-advise";

    /** EKS makes this one with the cluster's first Fargate profile, and matches profiles in it (facts.md). */
    public static final String EKS_CONFIGURATION = "0500-amazon-eks-fargate-mutation.amazonaws.com";

    /** The scheduler that EKS' webhook gives to the pods that a profile selects. */
    public static final String FARGATE_SCHEDULER = "fargate-scheduler";

    /** The label of a namespace that opts it in, and the two values that mean something. */
    public static final String NAMESPACE_LABEL = "fargate";
    public static final String YES = "yes";
    public static final String REPORT = "report";

    private Names() {}
}
