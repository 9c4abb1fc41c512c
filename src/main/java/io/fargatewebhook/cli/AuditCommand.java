package io.fargatewebhook.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fargatewebhook.audit.Audit;
import io.fargatewebhook.audit.AuditDocument;
import io.fargatewebhook.audit.AuditMetrics;
import io.fargatewebhook.audit.AuditTable;
import io.fargatewebhook.audit.Counts;
import io.fargatewebhook.audit.Evictions;
import io.fargatewebhook.audit.Group;
import io.fargatewebhook.audit.Groups;
import io.fargatewebhook.audit.OwnerEvents;
import io.fargatewebhook.cluster.Cluster;
import io.fargatewebhook.placement.Placer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "audit",
        exitCodeOnExecutionException = AuditCommand.COULD_NOT_AUDIT,
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Says of every pod in namespaces labeled fargate=yes or fargate=report whether it is on Fargate, and if not, why.",
            "It decides as the webhook does, on each pod as it was created. Settings come from the same variables as the"
                    + " webhook's: FARGATE_LABEL_KEY, FARGATE_PROFILES and so on."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every pod that should be on Fargate is, or is on its way",
            "1:pods were missed, not taken or refused, or could not be evicted",
            "2:the cluster could not be read, or the command line is wrong"
        },
        footer = {
            "",
            "Examples:",
            "  fargate-webhook audit -o json | jq '.pods[] | select(.state == \"Missed\")'",
            "  fargate-webhook audit --evict      new pods for the missed ones, after a question",
            "See docs/audit.md."
        })
class AuditCommand implements Callable<Integer> {
    static final int COULD_NOT_AUDIT = 2;

    private static final int MAX_PORT = 65_535;

    /** So often people hear how far it is. */
    private static final int PROGRESS = 500;

    enum Output {
        text,
        json,
        yaml
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<format>",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}.")
    Output output;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "<name>",
            description = "Only this one. It must be labeled.")
    String namespace;

    @Mixin
    WebhookSettings settings;

    @ArgGroup(exclusive = false, heading = "%nGive missed pods another chance:%n")
    Eviction eviction;

    static class Eviction {
        @Option(
                names = "--evict",
                required = true,
                description = "Evict missed pods, so that their controllers make new ones: of each owner one at a time, and the next"
                        + " only when its successor is ready on Fargate. PodDisruptionBudgets are honored."
                        + " Only pods of ReplicaSets, StatefulSets and ReplicationControllers, which replace them.")
        boolean evict;

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Option(names = "--include-existing", description = "Also pods that are older than their namespace's label.")
        boolean includeExisting;

        @Option(names = "--jobs", description = "Also pods of Jobs, for which an eviction is a failure.")
        boolean jobs;

        @Option(
                names = "--timeout",
                paramLabel = "<duration>",
                defaultValue = "10m",
                description = "How long to wait for a PodDisruptionBudget, and for a successor.")
        Duration timeout;
    }

    @ArgGroup(exclusive = false, heading = "%nStay and watch:%n")
    Watch watch;

    static class Watch {
        @Option(
                names = "--every",
                required = true,
                paramLabel = "<duration>",
                description = "Audit again so often, such as 60s; serve metrics, and write an Event on the owner of each pod"
                        + " that is not where it should be.")
        Duration every;

        @Option(names = "--port", paramLabel = "<port>", defaultValue = "9000", description = "Of /q/metrics and /q/health/live.")
        int port;
    }

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (watch != null && (eviction != null || output != Output.text)) {
            throw new ParameterException(spec.commandLine(), "--every goes with neither --evict nor --output.");
        }
        if (eviction != null && output != Output.text) {
            throw new ParameterException(spec.commandLine(), "--evict goes with no other output than text.");
        }
        if (watch != null && (watch.every.isZero() || watch.every.isNegative())) {
            throw new ParameterException(spec.commandLine(), "--every must be longer than nothing.");
        }
        if (watch != null && (watch.port < 0 || watch.port > MAX_PORT)) {
            throw new ParameterException(spec.commandLine(), "--port must be from 0 to " + MAX_PORT + ".");
        }
        Placer placer = settings.placer();
        try (KubernetesClient client = Cluster.connect()) {
            Audit audit = new Audit(client, placer, Optional.ofNullable(namespace));
            if (watch != null) {
                return watch(client, audit);
            }
            return eviction != null ? evict(client, audit, placer) : print(audit);
        }
    }

    private int print(Audit audit) {
        Counts counts = new Counts();
        if (output == Output.text) {
            table(audit, counts, List.of());
            if (counts.isWorthEvicting()) {
                out().println("Evict missed pods so that their controllers make new ones: fargate-webhook audit --evict");
            }
        } else {
            AuditDocument document =
                    new AuditDocument(output == Output.json ? new JsonFactory() : new YAMLFactory(), out());
            run(audit, counts, List.of(document));
            document.finish(counts);
            if (output == Output.json) {
                out().println();
            }
        }
        out().flush();
        return counts.problems() > 0 ? 1 : 0;
    }

    private void table(Audit audit, Counts counts, List<Audit.Listener> more) {
        AuditTable table = new AuditTable();
        List<Audit.Listener> listeners = new ArrayList<>(more);
        listeners.add(table);
        run(audit, counts, listeners);
        table.print(out(), Ansi.AUTO, Terminal.canShow('–'));
        out().println(counts.summary());
        out().flush();
    }

    private void run(Audit audit, Counts counts, List<Audit.Listener> more) {
        List<Audit.Listener> listeners = new ArrayList<>(more);
        listeners.add(0, counts);
        if (!Ansi.AUTO.enabled()) {
            audit.run(listeners);
            return;
        }
        PrintWriter progress = spec.commandLine().getErr();
        listeners.add((pod, finding) -> {
            if (counts.total() % PROGRESS == 0) {
                progress.printf("\r%,d pods read", counts.total());
                progress.flush();
            }
        });
        audit.run(listeners);
        progress.print("\r\u001b[K");
        progress.flush();
    }

    private int evict(KubernetesClient client, Audit audit, Placer placer) throws InterruptedException {
        Counts counts = new Counts();
        Groups groups = new Groups();
        table(audit, counts, List.of(groups));
        List<Group> chosen = new ArrayList<>();
        for (Group group : groups.all()) {
            Evictions.excuse(group, eviction.includeExisting, eviction.jobs)
                    .ifPresentOrElse(excuse -> out().println(group + ": not evicted: " + excuse), () -> chosen.add(group));
        }
        int pods = chosen.stream().mapToInt(group -> group.pods().size()).sum();
        if (pods == 0) {
            out().println("There is nothing to evict.");
            return counts.problems() > 0 ? 1 : 0;
        }
        if (!eviction.yes && !confirmed("Evict " + (pods == 1 ? "1 pod" : pods + " pods") + "? [y/N] ")) {
            out().println("Nothing evicted.");
            return 1;
        }
        boolean well = new Evictions(client, placer.label(), eviction.timeout, this::say).evict(chosen);
        Counts after = new Counts();
        audit.run(List.of(after));
        out().println(after.summary());
        return well && after.problems() == 0 ? 0 : 1;
    }

    private boolean confirmed(String question) {
        out().print(question);
        out().flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return answer != null && answer.strip().equalsIgnoreCase("y");
        } catch (IOException e) {
            return false;
        }
    }

    private int watch(KubernetesClient client, Audit audit) throws IOException, InterruptedException {
        OwnerEvents events = new OwnerEvents(client);
        try (AuditMetrics metrics = new AuditMetrics(watch.port, watch.every)) {
            while (true) {
                Instant start = Instant.now();
                try {
                    Counts counts = new Counts();
                    Groups groups = new Groups();
                    audit.run(List.of(counts, groups));
                    metrics.succeeded(counts, Duration.between(start, Instant.now()));
                    events.write(groups.all()).forEach(this::say);
                    say(counts.summary());
                } catch (RuntimeException e) {
                    // Whatever it is: the next one may succeed, and whoever watches the metrics sees that this one did not.
                    metrics.failed();
                    say(Cli.explain(e));
                }
                TimeUnit.MILLISECONDS.sleep(watch.every.toMillis());
            }
        }
    }

    private void say(String sentence) {
        Terminal.say(out(), watch != null, sentence);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
