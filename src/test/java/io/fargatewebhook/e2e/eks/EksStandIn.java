package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fargatewebhook.e2e.kube.Kubeconfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** EKS with Fargate, as far as a pod can tell: EKS' webhook, fargate-scheduler, and an EC2 worker for the other pods. */
public final class EksStandIn implements AutoCloseable {

    /** What a Fargate platform with this webhook needs, once: every namespace, label {@code fargate: "yes"}. */
    public static final FargateProfile PLATFORM = FargateProfile.of("fp-default", "*", Map.of("fargate", "yes"));

    private final StandInNodes nodes;
    private final FargateMutation mutation;
    private final List<Scheduler> schedulers;

    private EksStandIn(KubernetesClient client, String address, String leftAlone) {
        nodes = new StandInNodes(client);
        mutation = new FargateMutation(client, address);
        var hasNodes = client.nodes().list().getItems().stream().anyMatch(Predicate.<Node>not(StandInNode::isStandIn));
        var fargate = new FargateScheduler(client, nodes);
        schedulers = hasNodes ? List.of(fargate) : List.of(fargate, new Ec2Scheduler(client, nodes, leftAlone));
        schedulers.forEach(Scheduler::start);
    }

    /**
     * Starts without a profile, and so without EKS' webhook.
     *
     * @param address of this machine as the API server sees it
     */
    public static EksStandIn start(KubernetesClient client, String address) {
        return new EksStandIn(client, address, "fargate-webhook");
    }

    /** The same with profiles; pods created after this returned are matched with them. */
    public static EksStandIn start(KubernetesClient client, String address, Collection<FargateProfile> profiles) {
        var eks = start(client, address);
        try {
            profiles.forEach(eks::addProfile);
            return eks;
        } catch (RuntimeException | Error e) {
            eks.close();
            throw e;
        }
    }

    public void addProfile(FargateProfile profile) {
        mutation.add(profile);
    }

    /**
     * Runs beside a control plane until it is stopped, for whoever wants to walk through the lab by hand: {@code java -cp
     * target/test-classes:$(mvn -q dependency:build-classpath -Dmdep.outputFile=/dev/stdout)
     * io.fargatewebhook.e2e.eks.EksStandIn --kubeconfig FILE}.
     */
    public static void main(String[] args) throws Exception {
        var options = new HashMap<>(Map.of("--address", "127.0.0.1"));
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        if (args.length % 2 != 0 || !Set.of("--kubeconfig", "--address", "--profiles").containsAll(options.keySet())
                || !options.containsKey("--kubeconfig")) {
            System.err.println("usage: EksStandIn --kubeconfig FILE [--address IP] [--profiles FILE]\n"
                    + "  --address   this machine as the API server sees it (default: 127.0.0.1)\n"
                    + "  --profiles  output of 'aws eks describe-fargate-profile', or a list of such\n"
                    + "              (default: one for pods labeled fargate=yes in every namespace)");
            System.exit(2);
        }
        var profiles = options.containsKey("--profiles")
                ? FargateProfile.read(Path.of(options.get("--profiles")))
                : List.of(PLATFORM);
        var eks = start(new Kubeconfig(Path.of(options.get("--kubeconfig"))).client(), options.get("--address"), profiles);
        Runtime.getRuntime().addShutdownHook(new Thread(eks::close));
        System.out.println("Standing in for EKS with " + profiles + "; Ctrl+C ends it");
        Thread.currentThread().join();
    }

    @Override
    public void close() {
        mutation.close();
        schedulers.forEach(Scheduler::close);
        nodes.close();
    }
}
