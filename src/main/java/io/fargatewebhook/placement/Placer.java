package io.fargatewebhook.placement;

import io.fargatewebhook.fargate.Limits;
import io.fargatewebhook.fargate.PodRequests;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.fargate.Refusal;
import io.fargatewebhook.fargate.Size;
import io.fargatewebhook.placement.Placement.Decision;
import io.fargatewebhook.placement.Placement.Objection;
import io.fargatewebhook.pod.Pod;
import io.fargatewebhook.pod.Volume;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Decides for each new pod whether it gets the label. Its rows are those of the table in the README, in the same order.
 *
 * @param label the label to add
 * @param unsupported what to do with a pod that Fargate would refuse or has no size for
 * @param volumeClaims what to do with a pod that mounts a claim
 * @param excludedNamespaces whose pods are never labelled
 * @param profiles the cluster's Fargate profiles, if they are known
 */
public record Placer(
        Label label,
        Decision unsupported,
        Decision volumeClaims,
        Set<String> excludedNamespaces,
        Optional<Profiles> profiles) {
    private static final String MIRROR_POD = "kubernetes.io/config.mirror";
    private static final String COMPUTE_TYPE = "eks.amazonaws.com/compute-type";

    /**
     * The label that the Fargate profile asks for.
     *
     * @throws IllegalArgumentException where key or value are not such that Kubernetes would take them: every pod would be
     *     turned away
     * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set">Label
     *     syntax</a>
     */
    public record Label(String key, String value) {
        private static final String NAME = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
        private static final Pattern KEY = Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?" + NAME);
        private static final Pattern VALUE = Pattern.compile(NAME);

        public Label {
            if (!KEY.matcher(key).matches()) {
                throw new IllegalArgumentException("fargate.label.key is \"" + key + "\", which is no label key");
            }
            if (!VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("fargate.label.value is \"" + value + "\", which is no label value");
            }
        }
    }

    /** @throws IllegalArgumentException where claims are to be denied: a pod does not say whether its claim would do */
    public Placer {
        if (volumeClaims == Decision.DENY) {
            throw new IllegalArgumentException("fargate.volume-claims is deny; it can be skip or label");
        }
        excludedNamespaces = Set.copyOf(excludedNamespaces);
    }

    /** The decision for a pod that is being created in this namespace: the first row that holds. */
    public Placement place(String namespace, Pod pod) {
        if (excludedNamespaces.contains(namespace)) {
            return Placement.skip(Reason.NamespaceExcluded);
        }
        Map<String, String> annotations = pod.metadata().annotations();
        if (annotations.containsKey(MIRROR_POD)) {
            return Placement.skip(Reason.MirrorPod);
        }
        String present = pod.metadata().labels().get(label.key());
        if (label.value().equals(present)) {
            return Placement.skip(Reason.AlreadyLabelled);
        }
        if (present != null || "ec2".equals(annotations.get(COMPUTE_TYPE))) {
            return Placement.skip(Reason.OptedOut);
        }
        if (!pod.spec().nodeName().isEmpty()) {
            return Placement.skip(Reason.NodeAssigned);
        }
        String scheduler = pod.spec().schedulerName();
        if (!scheduler.isEmpty() && !scheduler.equals("default-scheduler")) {
            return Placement.skip(Reason.OtherScheduler);
        }
        if (pod.metadata()
                .controller()
                .filter(owner -> owner.kind().equals("DaemonSet"))
                .isPresent()) {
            return Placement.skip(Reason.DaemonSet);
        }
        return fit(namespace, pod);
    }

    private record Row(Optional<Objection> objection, Decision decision) {}

    private Placement fit(String namespace, Pod pod) {
        List<Supplier<Row>> rows = List.of(
                () -> new Row(unsupported(pod), unsupported),
                () -> new Row(tooLarge(pod), unsupported),
                () -> new Row(volumeClaim(pod), volumeClaims),
                () -> new Row(noProfile(namespace, pod), Decision.SKIP));
        List<Objection> objections = new ArrayList<>(0);
        for (Supplier<Row> next : rows) {
            Row row = next.get();
            if (row.objection().isPresent()) {
                Objection objection = row.objection().get();
                objections.add(objection);
                if (row.decision() != Decision.LABEL) {
                    return new Placement(row.decision(), objection.reason(), objections);
                }
            }
        }
        return new Placement(Decision.LABEL, Reason.Labelled, objections);
    }

    private static Optional<Objection> unsupported(Pod pod) {
        List<Refusal> refusals = Limits.violatedBy(pod);
        if (refusals.isEmpty()) {
            return Optional.empty();
        }
        Refusal first = refusals.get(0);
        String more = refusals.size() == 1 ? "" : " and " + (refusals.size() - 1) + " more";
        return Optional.of(new Objection(
                Reason.Unsupported,
                first.field(),
                first.what() + more + " (" + first.field() + ")",
                Refusal.schedulerMessage(refusals)));
    }

    private static Optional<Objection> tooLarge(Pod pod) {
        PodRequests requests = PodRequests.of(pod);
        if (Size.holding(requests).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Objection(
                Reason.TooLarge,
                "",
                "Your pod's cpu/memory requirements exceed the max Fargate configuration: it requests "
                        + requests.cpu().stripTrailingZeros().toPlainString() + " vCPU, "
                        + gib(requests.memory()) + " GiB memory + " + Size.OVERHEAD_MIB + " MiB overhead, "
                        + gib(requests.ephemeralStorage()) + " GiB storage; the most is 16 vCPU, 120 GB, "
                        + Size.MAX_EPHEMERAL_STORAGE_GIB + " GiB storage"));
    }

    private static String gib(BigDecimal bytes) {
        return bytes.divide(BigDecimal.valueOf(1L << 30), 2, RoundingMode.UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static Optional<Objection> volumeClaim(Pod pod) {
        List<Volume> volumes = pod.spec().volumes();
        for (int i = 0; i < volumes.size(); i++) {
            Volume volume = volumes.get(i);
            for (String type : List.of("persistentVolumeClaim", "ephemeral")) {
                if (volume.types().contains(type)) {
                    String claim = volume.claimName().isEmpty() ? "a claim" : "claim \"" + volume.claimName() + "\"";
                    String field = "spec.volumes[" + i + "]." + type;
                    return Optional.of(new Objection(
                            Reason.VolumeClaim,
                            field,
                            "volume \"" + volume.name() + "\" mounts " + claim + " (" + field
                                    + "): Fargate takes EFS only, and a pod does not say where its claim is stored"));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Objection> noProfile(String namespace, Pod pod) {
        if (profiles.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        labels.put(label.key(), label.value());
        if (profiles.get().select(namespace, labels).isPresent()) {
            return Optional.empty();
        }
        String wanted = "namespace " + namespace + " with label " + label.key() + "=" + label.value();
        String named = labels.get(Profiles.PROFILE_LABEL);
        return Optional.of(
                named == null
                        ? new Objection(Reason.NoProfile, "", "no Fargate profile selects " + wanted)
                        : new Objection(
                                Reason.NoProfile,
                                "metadata.labels[" + Profiles.PROFILE_LABEL + "]",
                                "no Fargate profile is named " + named + " and selects " + wanted));
    }
}
