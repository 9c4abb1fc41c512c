package io.fargatewebhook.check;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.ProbePod.Answer;
import io.fargatewebhook.cluster.Reading;
import io.fargatewebhook.fargate.Profile;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.placement.Placer;
import io.fargatewebhook.placement.Placer.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What becomes of a pod that is created in each of the namespaces that have our label. */
final class NamespacesCheck {
    private final Label label;
    private final Set<String> excluded;
    private final Optional<Profiles> profiles;
    private final LabelSelector ours;
    private final ProbeVerdict verdict;
    private final Function<String, Answer> probe;

    /**
     * @param ours which namespaces our webhook takes
     * @param probe creates a pod in a namespace as a dry run
     */
    NamespacesCheck(Placer settings, LabelSelector ours, ProbeVerdict verdict, Function<String, Answer> probe) {
        this.label = settings.label();
        this.excluded = settings.excludedNamespaces();
        this.profiles = settings.profiles();
        this.ours = ours;
        this.verdict = verdict;
        this.probe = probe;
    }

    List<Line> lines(Reading<List<Namespace>> labelled) {
        return labelled.fold(this::lines, denied -> List.of(Line.notSeen("namespaces", denied)));
    }

    private List<Line> lines(List<Namespace> labelled) {
        List<Line> lines = new ArrayList<>();
        for (Namespace namespace : labelled) {
            lines.addAll(lines(namespace));
        }
        if (labelled.isEmpty()) {
            lines.add(Line.ok(
                    "no namespace has the label fargate, so no pod is moved yet",
                    "to move one: kubectl label namespace NAMESPACE fargate=yes"));
        }
        return lines;
    }

    private List<Line> lines(Namespace namespace) {
        String name = namespace.getMetadata().getName();
        String value = namespace.getMetadata().getLabels().get(Names.NAMESPACE_LABEL);
        String subject = name + " (fargate=" + value + ")";
        return switch (NamespaceLabel.of(value)) {
            case NO -> List.of(Line.ok(subject + ": its pods are left alone"));
            case SLIP -> List.of(Line.warning(
                    Docs.NAMESPACES,
                    subject + ": value not known, nothing happens; did you mean " + NamespaceLabel.meant(value) + "?",
                    "kubectl label namespace --overwrite " + name + " fargate=" + NamespaceLabel.meant(value)));
            case REPORT -> List.of(
                    excluded.contains(name)
                            ? excluded(subject)
                            : Line.ok(subject + ": what would be labeled is only counted and logged"));
            case YES -> {
                boolean selected = Selectors.matches(ours, namespace.getMetadata().getLabels());
                yield excluded.contains(name) || !selected ? List.of(excluded(subject)) : optedIn(name, subject);
            }
        };
    }

    private static Line excluded(String subject) {
        return Line.warning(
                Docs.SETTINGS,
                subject + ": the webhook leaves this namespace out, so the label does nothing",
                "remove the label, or see FARGATE_EXCLUDED_NAMESPACES and the webhook's namespaceSelector");
    }

    private List<Line> optedIn(String name, String subject) {
        List<Line> lines = new ArrayList<>();
        Optional<Boolean> selected = profiles.map(known ->
                known.select(name, Map.of(label.key(), label.value())).isPresent());
        lines.add(verdict.of(subject, probe.apply(name), selected));
        profiles.flatMap(known -> known.select(name, Map.of())).ifPresent(profile -> lines.add(takesAll(subject, profile)));
        return lines;
    }

    private static Line takesAll(String subject, Profile profile) {
        return Line.warning(
                Docs.NAMESPACES,
                subject + ": profile " + profile.name() + " takes its pods with or without our label",
                "to keep a pod there on EC2, our label does not help; EKS' annotation eks.amazonaws.com/compute-type: ec2 does");
    }
}
