package io.fargatewebhook.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.cluster.Cluster;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program with arguments. */
@Command(
        name = "fargate-webhook",
        description = {
            "Labels the pods of chosen namespaces so that Amazon EKS runs them on Fargate.",
            "Without a command it serves the webhook; settings come from the environment, see README."
        },
        subcommands = {AuditCommand.class, CertsCommand.class, CheckCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is well", "1:it could not be done, or something is wrong", "2:the command line is wrong"},
        scope = CommandLine.ScopeType.INHERIT)
public final class Cli {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    private Cli() {}

    /** Runs the command and gives its exit code. */
    public static int execute(String... args) {
        // Commands say themselves what happens. And Quarkus, which never starts here, would keep each line of the Kubernetes
        // client, whole answers of the API server among them, in memory until it does.
        Logger.getLogger("").setLevel(Level.OFF);
        return new CommandLine(new Cli())
                .registerConverter(Duration.class, DurationConverter::parseDuration)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    command.getErr().println("fargate-webhook: " + explain(exception));
                    return command.getCommandSpec().exitCodeOnExecutionException();
                })
                .execute(args);
    }

    static String explain(Exception exception) {
        if (exception instanceof KubernetesClientException refused) {
            return Cluster.explain(refused);
        }
        // What somebody typed or set, in a sentence; anything else is a fault of ours, and its name helps whoever reports it.
        return exception instanceof IllegalArgumentException && exception.getMessage() != null
                ? exception.getMessage()
                : exception.toString();
    }
}
