package io.fargatewebhook.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.PreconditionsBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.audit.AuditedPod.Controller;
import io.fargatewebhook.audit.Group.Member;
import io.fargatewebhook.cluster.Cluster;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.placement.Placer.Label;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Gives missed pods another chance: evicts them, so that their controllers make new ones.
 *
 * <p>Of each owner one pod at a time, and the next only when its successor is ready on Fargate. Before each, a dry-run copy of the pod
 * must come back labelled and taken: the fault that made it miss would only make the next one miss too.
 */
public final class Evictions {
    /** Owners at a time; a Fargate pod takes about a minute to start. */
    private static final int OWNERS_AT_ONCE = 8;

    /** The controllers that make a new pod for each that goes. */
    private static final Set<String> REPLACING = Set.of("ReplicaSet", "StatefulSet", "ReplicationController");

    private static final Duration POLL = Duration.ofSeconds(2);
    private static final JsonMapper JSON = new JsonMapper();

    private final KubernetesClient client;
    private final Label label;
    private final Duration patience;
    private final Consumer<String> say;
    private final PodItems pods;

    /**
     * @param label the webhook's
     * @param patience how long to wait for a PodDisruptionBudget, and how long for a successor
     * @param say is told in one sentence each what is done
     */
    public Evictions(KubernetesClient client, Label label, Duration patience, Consumer<String> say) {
        this.client = client;
        this.label = label;
        this.patience = patience;
        this.say = say;
        this.pods = new PodItems(client);
    }

    /** Why these pods are better left alone, empty where an eviction may help. */
    public static Optional<String> excuse(Group group, boolean includeExisting, boolean jobs) {
        if (group.controller().isEmpty()) {
            return Optional.of("no controller would replace it; delete it and create it again");
        }
        if (group.finding().state() == State.Refused) {
            return Optional.of("fargate-scheduler would refuse the next one as well");
        }
        if (group.finding().state() == State.BeforeOptIn && !includeExisting) {
            return Optional.of("older than the namespace's label (--include-existing)");
        }
        String kind = group.controller().get().kind();
        if (kind.equals("Job")) {
            return jobs ? Optional.empty() : Optional.of("to a Job an eviction is a failure (--jobs)");
        }
        return REPLACING.contains(kind)
                ? Optional.empty()
                : Optional.of("nobody knows whether its " + kind + " would replace it; if so, delete it");
    }

    /** Whether all of them are on Fargate now. */
    public boolean evict(List<Group> groups) throws InterruptedException {
        // A controller's missed and not-taken pods are two groups of one owner.
        Map<String, List<Group>> owners = groups.stream().collect(Collectors.groupingBy(
                group -> group.controller().map(Controller::uid).orElseThrow()));
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(OWNERS_AT_ONCE, Math.max(1, owners.size())));
        try {
            List<Future<Boolean>> all = new ArrayList<>();
            for (List<Group> owner : owners.values()) {
                all.add(threads.submit(() -> evictOwner(owner)));
            }
            boolean well = true;
            for (Future<Boolean> one : all) {
                well &= one.get();
            }
            return well;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean evictOwner(List<Group> groups) throws InterruptedException {
        for (Group group : groups) {
            for (Member pod : group.pods()) {
                try {
                    if (!evict(group, pod)) {
                        return false;
                    }
                } catch (KubernetesClientException e) {
                    say.accept(group + ": pod " + pod.name() + ": " + Cluster.explain(e));
                    return false;
                }
            }
        }
        return true;
    }

    private boolean evict(Group group, Member member) throws InterruptedException {
        Optional<ObjectNode> found = pods.get(group.namespace(), member.name())
                .filter(pod -> pod.at("/metadata/uid").asText().equals(member.uid()))
                .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode());
        if (found.isEmpty()) {
            return isGone(group, member);
        }
        String selector = selector(found.get());
        Optional<String> fault = wouldMissAgain(found.get());
        if (fault.isPresent()) {
            say.accept(group + ": nothing evicted: " + fault.get());
            return false;
        }
        Set<String> known = uids(group, selector);
        try {
            if (!evicted(group, member)) {
                say.accept(group + ": pod " + member.name() + " was not evicted: a PodDisruptionBudget did not allow it within "
                        + patience.toSeconds() + " s");
                return false;
            }
        } catch (KubernetesClientException e) {
            // Another pod of its name is there, or none.
            if (Set.of(HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND).contains(e.getCode())) {
                return isGone(group, member);
            }
            throw e;
        }
        say.accept(group + ": evicted pod " + member.name());
        return awaitSuccessor(group, selector, known);
    }

    private boolean isGone(Group group, Member member) {
        say.accept(group + ": pod " + member.name() + " is gone already");
        return true;
    }

    /** Why a pod like this one would be missed now. */
    private Optional<String> wouldMissAgain(ObjectNode pod) {
        String path = "/api/v1/namespaces/" + pod.at("/metadata/namespace").asText() + "/pods?dryRun=All";
        ObjectNode created;
        try {
            String copy = JSON.writeValueAsString(DryRunCopy.of(pod, label.key()));
            created = (ObjectNode) JSON.readTree(client.raw(path, "POST", copy));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        } catch (KubernetesClientException e) {
            return Optional.of("a dry-run copy of the pod was not admitted. " + Cluster.explain(e));
        }
        if (!label.value().equals(created.at("/metadata/labels").path(label.key()).asText())) {
            return Optional.of("a dry-run copy of the pod came back without label " + label.key() + "=" + label.value()
                    + ", so the next pod would miss too; fargate-webhook check tells why");
        }
        if (!created.at("/spec/schedulerName").asText().equals(Names.FARGATE_SCHEDULER)) {
            return Optional.of("a dry-run copy of the pod came back labelled, but no Fargate profile took it, so the next pod "
                    + "would miss too; fargate-webhook check tells why");
        }
        return Optional.empty();
    }

    private boolean evicted(Group group, Member pod) throws InterruptedException {
        return await(() -> {
                    boolean evicted = client.pods()
                            .inNamespace(group.namespace())
                            .withName(pod.name())
                            .evict(new EvictionBuilder()
                                    .withNewMetadata().withName(pod.name()).withNamespace(group.namespace()).endMetadata()
                                    .withDeleteOptions(thisVery(pod))
                                    .build());
                    return evicted ? Optional.of(true) : Optional.empty();
                })
                .orElse(false);
    }

    /** And not one that has taken its name since. */
    private static DeleteOptions thisVery(Member pod) {
        return new DeleteOptionsBuilder()
                .withPreconditions(new PreconditionsBuilder().withUid(pod.uid()).build())
                .build();
    }

    private boolean awaitSuccessor(Group group, String selector, Set<String> known) throws InterruptedException {
        Optional<String> fault = await(() -> {
            Map<String, AuditedPod> successors = new HashMap<>();
            pods.each(group.namespace(), selector, pod -> {
                if (!known.contains(pod.uid()) && pod.controller().equals(group.controller())) {
                    successors.put(pod.name(), pod);
                }
            });
            Refusals refusals = new SchedulerEvents(client);
            for (AuditedPod successor : successors.values()) {
                if (!successor.isTaken()) {
                    return Optional.of("its successor " + successor.name() + " is not on Fargate either");
                }
                if (successor.ready()) {
                    say.accept(group + ": its successor " + successor.name() + " is on node "
                            + successor.pod().spec().nodeName());
                    return Optional.of("");
                }
                Optional<String> refusal = refusals.of(successor);
                if (refusal.isPresent()) {
                    return Optional.of("its successor " + successor.name() + " was refused: " + refusal.get());
                }
            }
            return Optional.empty();
        });
        String said = fault.orElse("no successor is ready on Fargate within " + patience.toSeconds() + " s");
        if (!said.isEmpty()) {
            say.accept(group + ": " + said);
        }
        return said.isEmpty();
    }

    private <T> Optional<T> await(Supplier<Optional<T>> attempt) throws InterruptedException {
        Instant end = Instant.now().plus(patience);
        while (true) {
            Optional<T> result = attempt.get();
            if (result.isPresent() || Instant.now().isAfter(end)) {
                return result;
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private Set<String> uids(Group group, String selector) {
        Set<String> uids = new HashSet<>();
        pods.each(group.namespace(), selector, pod -> uids.add(pod.uid()));
        return uids;
    }

    /** The labels that a successor will have as well; none where nothing tells which are its controller's. */
    private String selector(ObjectNode pod) {
        if (CreatorFields.of(pod).isEmpty()) {
            return "";
        }
        return read(pod.deepCopy()).asCreated().metadata().labels().entrySet().stream()
                .filter(entry -> !Set.of(label.key(), Profiles.PROFILE_LABEL).contains(entry.getKey()))
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static AuditedPod read(ObjectNode pod) {
        try {
            return PodItems.read(pod);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
