package io.fargatewebhook.fargate;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Fargate profiles of a cluster. */
public final class Profiles {
    /** The pod label that names the one profile that may take it, and that EKS sets on the pods it took. */
    public static final String PROFILE_LABEL = "eks.amazonaws.com/fargate-profile";

    private final List<Profile> byName;

    public Profiles(List<Profile> profiles) {
        byName = profiles.stream().sorted(Comparator.comparing(Profile::name)).toList();
    }

    /**
     * The profile that takes a pod with these labels: the first by name of those that select it, or the one its label
     * names if that selects it.
     *
     * @see <a href="https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html">Fargate profile</a>
     */
    public Optional<Profile> select(String namespace, Map<String, String> labels) {
        String named = labels.get(PROFILE_LABEL);
        for (Profile profile : byName) {
            if ((named == null || named.equals(profile.name())) && profile.selects(namespace, labels)) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }
}
