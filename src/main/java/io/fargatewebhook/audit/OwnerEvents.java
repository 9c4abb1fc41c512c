package io.fargatewebhook.audit;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fargatewebhook.audit.Group.Member;
import io.fargatewebhook.cluster.Cluster;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Writes what is wrong with an owner's pods as an Event on the owner, once: again only when another pod of its joins them.
 *
 * <p>The name of an Event follows from what it says, so that after a restart the API server itself knows it already.
 */
public final class OwnerEvents {
    private static final String REASON = "NotOnFargate";
    private static final String COMPONENT = "fargate-webhook-audit";

    /** So much of a name leaves room for the rest of the Event's own, which may have 253 characters. */
    private static final int MAX_OWNER = 200;

    /** The API server's limit for a message. */
    private static final int MAX_MESSAGE = 1024;

    private final KubernetesClient client;
    private final Map<String, Set<String>> told = new HashMap<>();

    public OwnerEvents(KubernetesClient client) {
        this.client = client;
    }

    /** @return what was written, a sentence each */
    public List<String> write(List<Group> groups) {
        Map<String, Group> problems = groups.stream()
                .filter(group -> group.finding().state().isProblem())
                .collect(Collectors.toMap(OwnerEvents::key, group -> group, (first, second) -> first));
        told.keySet().retainAll(problems.keySet());
        return problems.entrySet().stream()
                .filter(problem -> isNews(problem.getKey(), problem.getValue()))
                .map(problem -> tell(problem.getKey(), problem.getValue()))
                .toList();
    }

    private String tell(String key, Group group) {
        try {
            create(group);
            told.put(key, uids(group));
            return group + ": " + message(group);
        } catch (KubernetesClientException e) {
            // Others must hear of theirs all the same; this one is tried again.
            return group + ": no Event: " + Cluster.explain(e);
        }
    }

    private boolean isNews(String key, Group group) {
        return !told.getOrDefault(key, Set.of()).containsAll(uids(group));
    }

    private static String key(Group group) {
        String owner = group.controller().map(AuditedPod.Controller::uid).orElse(group.pods().get(0).uid());
        return owner + " " + group.finding().state() + " " + group.finding().cause();
    }

    private static Set<String> uids(Group group) {
        return group.pods().stream().map(Member::uid).collect(Collectors.toCollection(HashSet::new));
    }

    private static String message(Group group) {
        return group.pods().size() + " of " + group.total() + (group.total() == 1 ? " pod: " : " pods: ")
                + group.finding().state() + " " + group.finding().cause() + ", " + group.finding().message();
    }

    private void create(Group group) {
        String now = Instant.now().toString();
        String message = message(group);
        ObjectReference owner = owner(group);
        String identity = key(group) + uids(group).stream().sorted().collect(Collectors.joining(" "));
        try {
            client.v1()
                    .events()
                    .inNamespace(group.namespace())
                    .resource(new EventBuilder()
                            .withNewMetadata()
                                .withName(owner.getName().substring(0, Math.min(owner.getName().length(), MAX_OWNER)) + "."
                                        + UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)))
                                .withNamespace(group.namespace())
                            .endMetadata()
                            .withInvolvedObject(owner)
                            .withType("Warning")
                            .withReason(REASON)
                            .withMessage(message.substring(0, Math.min(message.length(), MAX_MESSAGE)))
                            .withFirstTimestamp(now)
                            .withLastTimestamp(now)
                            .withCount(1)
                            .withNewSource().withComponent(COMPONENT).endSource()
                            .withReportingComponent(COMPONENT)
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    /** Where people look: the Deployment and not its ReplicaSet, the CronJob and not its Job, a bare pod itself. */
    private ObjectReference owner(Group group) {
        ObjectReferenceBuilder reference = new ObjectReferenceBuilder().withNamespace(group.namespace());
        if (group.controller().isEmpty()) {
            Member pod = group.pods().get(0);
            return reference.withApiVersion("v1").withKind("Pod").withName(pod.name()).withUid(pod.uid()).build();
        }
        AuditedPod.Controller controller = group.controller().get();
        return ownerOf(group.namespace(), controller)
                .map(owner -> reference
                        .withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind())
                        .withName(owner.getName())
                        .withUid(owner.getUid())
                        .build())
                .orElseGet(() -> reference
                        .withApiVersion(controller.apiVersion())
                        .withKind(controller.kind())
                        .withName(controller.name())
                        .withUid(controller.uid())
                        .build());
    }

    private Optional<OwnerReference> ownerOf(String namespace, AuditedPod.Controller controller) {
        HasMetadata object =
                switch (controller.kind()) {
                    case "ReplicaSet" -> client.apps().replicaSets().inNamespace(namespace).withName(controller.name()).get();
                    case "Job" -> client.batch().v1().jobs().inNamespace(namespace).withName(controller.name()).get();
                    default -> null;
                };
        return Optional.ofNullable(object).flatMap(found -> found.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst());
    }
}
