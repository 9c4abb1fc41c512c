package io.fargatewebhook.pod;

import java.math.BigDecimal;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a container or pod asks for by resource name: cpu in cores, memory and storage in bytes, others in pieces. */
public record ResourceRequirements(Map<String, BigDecimal> requests, Map<String, BigDecimal> limits) {
    static final ResourceRequirements NONE = new ResourceRequirements(null, null);

    public ResourceRequirements {
        requests = Absent.orEmpty(requests);
        limits = Absent.orEmpty(limits);
    }

    /** Every resource that is named, in requests or limits, in the order of the alphabet. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>(requests.keySet());
        names.addAll(limits.keySet());
        return names;
    }
}
