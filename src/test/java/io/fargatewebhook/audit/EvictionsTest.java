package io.fargatewebhook.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.audit.AuditedPod.Controller;
import io.fargatewebhook.audit.Group.Member;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvictionsTest {
    /** What must never be evicted by mistake; AuditE2E evicts the others. */
    @ParameterizedTest
    @CsvSource({
        "Missed, ReplicaSet, false, false, true",
        "Missed, StatefulSet, false, false, true",
        "NotTaken, ReplicationController, false, false, true",
        "Refused, ReplicaSet, true, true, false",
        "BeforeOptIn, ReplicaSet, false, true, false",
        "BeforeOptIn, ReplicaSet, true, false, true",
        "Missed, Job, true, false, false",
        "Missed, Job, false, true, true",
        "Missed, TaskRun, true, true, false",
        "Missed, , true, true, false",
    })
    void onlyWhatIsReplacedIsEvicted(State state, String controller, boolean includeExisting, boolean jobs, boolean evicted) {
        Group group = new Group(
                "shop",
                "some/workload",
                Optional.ofNullable(controller).map(kind -> new Controller("v1", kind, "owner", "u")),
                new Finding(state, "Cause", ""),
                List.of(new Member("pod", "u")),
                1);
        assertThat(Evictions.excuse(group, includeExisting, jobs).isEmpty()).isEqualTo(evicted);
    }
}
