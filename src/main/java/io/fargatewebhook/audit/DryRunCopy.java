package io.fargatewebhook.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fargatewebhook.fargate.Profiles;
import java.util.List;
import java.util.Optional;

/** A pod as its controller would create it again, made from one that it has created. */
final class DryRunCopy {
    private DryRunCopy() {}

    /**
     * @param pod as the API server has it; it is changed
     * @param label the key of the webhook's
     */
    static ObjectNode of(ObjectNode pod, String label) {
        Optional<CreatorFields> creator = CreatorFields.of(pod);
        String name = pod.at("/metadata/name").asText();
        PodItems.removePlacement(pod, creator);
        creator.ifPresent(fields -> fields.removeInjected(pod));
        pod.remove("status");
        ObjectNode metadata = pod.withObject("/metadata");
        if (creator.isEmpty()) {
            // Nothing tells whose these are, and hardly anybody sets them by hand.
            metadata.withObject("/labels").remove(List.of(label, Profiles.PROFILE_LABEL));
        }
        metadata.retain(List.of("namespace", "generateName", "labels", "annotations", "ownerReferences"));
        metadata.put("generateName", name + "-");
        for (JsonNode owner : metadata.path("ownerReferences")) {
            // It takes a right of its own to set, and a dry run blocks nothing.
            ((ObjectNode) owner).remove("blockOwnerDeletion");
        }
        // What the API server works out for itself, and refuses from anybody else.
        pod.withObject("/spec").remove(List.of("priority", "preemptionPolicy", "ephemeralContainers"));
        return pod;
    }
}
