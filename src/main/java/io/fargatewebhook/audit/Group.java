package io.fargatewebhook.audit;

import io.fargatewebhook.audit.AuditedPod.Controller;
import java.util.List;
import java.util.Optional;

/**
 * The pods of one owner of which the audit says the same.
 *
 * @param workload as people know it, such as {@code deployment/checkout}
 * @param controller empty for a pod that nobody would replace
 * @param finding what is said of the first of them
 * @param total how many pods the owner has
 */
public record Group(
        String namespace, String workload, Optional<Controller> controller, Finding finding, List<Member> pods, int total) {

    public record Member(String name, String uid) {}

    @Override
    public String toString() {
        return namespace + " " + workload;
    }
}
