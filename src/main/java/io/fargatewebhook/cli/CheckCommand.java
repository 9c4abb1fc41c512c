package io.fargatewebhook.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fargatewebhook.check.Check;
import io.fargatewebhook.check.JsonReport;
import io.fargatewebhook.check.Report;
import io.fargatewebhook.check.Status;
import io.fargatewebhook.check.TextReport;
import io.fargatewebhook.cluster.Cluster;
import io.fargatewebhook.placement.Placer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        exitCodeOnExecutionException = CheckCommand.COULD_NOT_CHECK,
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Asks the cluster of KUBECONFIG whether pods that should run on Fargate will.",
            "It looks at the webhook configurations and their order, the certificate, the Service, and who else changes pods,"
                    + " then creates a pod as a dry run in each namespace labeled fargate=yes. It changes nothing. What it may"
                    + " not see becomes a warning; only the webhook configurations it must be able to list.",
            "Settings come from the same variables as the webhook's: FARGATE_LABEL_KEY, FARGATE_PROFILES and so on."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well, or there are only warnings",
            "1:something is wrong: pods are missed",
            "2:it could not be checked, or the command line is wrong"
        },
        footer = {
            "",
            "Example: what is wrong, for a script",
            "  fargate-webhook check -o json |",
            "    jq -r '.checks[] | select(.status == \"failure\").sentence'",
            "See docs/check.md."
        })
class CheckCommand implements Callable<Integer> {
    static final int COULD_NOT_CHECK = 2;

    private static final Map<Status, String> MARKS =
            Map.of(Status.OK, "@|green ✓|@", Status.WARNING, "@|yellow !|@", Status.FAILURE, "@|red ✗|@");

    enum Output {
        text,
        json
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<format>",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}.")
    Output output;

    @Mixin
    WebhookSettings settings;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() {
        Placer placer = settings.placer();
        try (KubernetesClient client = Cluster.connect()) {
            Report report = new Check(client, placer).run();
            spec.commandLine().getOut().println(written(report).stripTrailing());
            spec.commandLine().getOut().flush();
            return report.status() == Status.FAILURE ? 1 : 0;
        }
    }

    private String written(Report report) {
        if (output == Output.json) {
            return JsonReport.of(report);
        }
        return Ansi.AUTO.enabled() && Terminal.canShow('✓')
                ? TextReport.of(report, status -> Ansi.ON.string(MARKS.get(status)), 1)
                : TextReport.of(report, status -> String.format("%-7s", status.word()), "warning".length());
    }
}
