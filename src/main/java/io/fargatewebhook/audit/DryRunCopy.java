package io.fargatewebhook.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fargatewebhook.fargate.Profiles;
import java.util.List;
import java.util.Optional;

/** A pod as its controller would create it again, made from one that it has created. */
final class DryRunCopy {
    private DryRunCopy() {}

    /** @param pod as the API server has it; it is changed */
    static ObjectNode of(ObjectNode pod) {
        Optional<CreatorFields> creator = CreatorFields.of(pod);
        String name = pod.at("/metadata/name").asText();
        PodItems.removePlacement(pod, creator);
        creator.ifPresent(fields -> fields.removeInjected(pod));
        pod.remove("status");
        ObjectNode metadata = pod.withObject("/metadata");
        // Of its labels, these are never its creator's, even where nothing tells whose they are.
        metadata.withObject("/labels").remove(Profiles.PROFILE_LABEL);
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
