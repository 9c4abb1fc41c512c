package io.fargatewebhook.audit;

import io.fargatewebhook.audit.Group.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers, by owner, the pods that are not on Fargate and could be. */
public final class Groups implements Audit.Listener {
    private record Key(String owner, State state, String cause) {}

    private record Found(AuditedPod first, Finding finding, List<Member> pods) {}

    private final Map<Key, Found> found = new LinkedHashMap<>();
    private final Map<String, Integer> podsOfOwner = new HashMap<>();

    @Override
    public void found(AuditedPod pod, Finding finding) {
        String owner = owner(pod);
        podsOfOwner.merge(owner, 1, Integer::sum);
        if (finding.state().isProblem() || finding.state() == State.BeforeOptIn) {
            found.computeIfAbsent(
                            new Key(owner, finding.state(), finding.cause()), key -> new Found(pod, finding, new ArrayList<>()))
                    .pods()
                    .add(new Member(pod.name(), pod.uid()));
        }
    }

    /** Each owner and kind of finding once. */
    public List<Group> all() {
        return found.values().stream()
                .map(group -> new Group(
                        group.first().namespace(),
                        group.first().workload(),
                        group.first().controller(),
                        group.finding(),
                        List.copyOf(group.pods()),
                        podsOfOwner.get(owner(group.first()))))
                .toList();
    }

    private static String owner(AuditedPod pod) {
        return pod.controller().map(AuditedPod.Controller::uid).orElse(pod.uid());
    }
}
