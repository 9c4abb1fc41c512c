package io.fargatewebhook.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.cluster.CertificateRenewal;
import io.fargatewebhook.cluster.CertificateRenewal.Settings;
import io.fargatewebhook.cluster.Cluster;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "certs",
        description = "The certificate that the API servers trust.",
        subcommands = CertsCommand.Ensure.class)
class CertsCommand {

    @Command(
            name = "ensure",
            sortOptions = false,
            showDefaultValues = true,
            description = {
                "Makes the webhook's certificate and renews it at two thirds of its life.",
                "It puts a new CA into the caBundles of our webhook configurations, then the new certificate into the Secret, "
                        + "and repairs whatever is missing. It changes only a Secret that it made itself; any other it checks."
            })
    static class Ensure implements Callable<Integer> {
        /** After trouble: pods may be missed meanwhile, so not as late as the next regular look. */
        private static final Duration RETRY = Duration.ofSeconds(10);

        @Option(names = "--every", paramLabel = "<duration>", description = "Stay, and look again so often, such as 10m.")
        Duration every;

        @Option(names = "--renew", description = "Renew the certificate now, even if it is not due.")
        boolean renew;

        @Option(
                names = "--validity",
                paramLabel = "<duration>",
                defaultValue = "90d",
                description = "How long a new certificate is valid.")
        Duration validity;

        @Option(
                names = "--settle",
                paramLabel = "<duration>",
                defaultValue = "30s",
                description = "How long to wait, when renewing, for every API server to see the new CA.")
        Duration settle;

        @Option(names = "--namespace", paramLabel = "<name>", defaultValue = "fargate-webhook", description = "Of Secret and Service.")
        String namespace;

        @Option(names = "--secret", paramLabel = "<name>", defaultValue = "fargate-webhook-tls", description = "The Secret to keep.")
        String secret;

        @Option(
                names = "--service",
                paramLabel = "<name>",
                defaultValue = "fargate-webhook",
                description = "The Service under which the API servers call.")
        String service;

        @Spec
        CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            try (KubernetesClient client = Cluster.connect()) {
                CertificateRenewal renewal = new CertificateRenewal(
                        client, new Settings(namespace, secret, service, validity, settle), this::say);
                if (every == null) {
                    return renewal.ensure(renew) ? 0 : 1;
                }
                boolean force = renew;
                while (true) {
                    boolean well = ensured(renewal, force);
                    force = force && !well;
                    Duration pause = well || every.compareTo(RETRY) < 0 ? every : RETRY;
                    TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                }
            }
        }

        private boolean ensured(CertificateRenewal renewal, boolean force) throws InterruptedException {
            try {
                return renewal.ensure(force);
            } catch (KubernetesClientException e) {
                say(Cluster.explain(e));
                return false;
            }
        }

        private void say(String sentence) {
            Terminal.say(spec.commandLine().getOut(), every != null, sentence);
        }
    }
}
