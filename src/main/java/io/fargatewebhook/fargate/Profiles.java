package io.fargatewebhook.fargate;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Fargate profiles of a cluster. */
public final class Profiles {
    /** The pod label that names the one profile that may take it, and that EKS sets on the pods it took. */
    public static final String PROFILE_LABEL = "eks.amazonaws.com/fargate-profile";

    /** A selector, and the profile it is one of. */
    private record Candidate(Selector selector, Profile profile) {}

    /** The selectors of one namespace, by it. Most are such, and a thousand other namespaces cost nothing. */
    private final Map<String, List<Candidate>> ofOneNamespace;
    /** Those whose namespace is a wildcard. */
    private final List<Candidate> ofMany;

    public Profiles(List<Profile> profiles) {
        List<Candidate> byName = profiles.stream()
                .sorted(Comparator.comparing(Profile::name))
                .flatMap(profile -> profile.selectors().stream().map(selector -> new Candidate(selector, profile)))
                .toList();
        ofOneNamespace = byName.stream()
                .filter(candidate -> candidate.selector.namespace().isLiteral())
                .collect(Collectors.groupingBy(candidate -> candidate.selector.namespace().pattern()));
        ofMany = byName.stream()
                .filter(candidate -> !candidate.selector.namespace().isLiteral())
                .toList();
    }

    /**
     * The profile that takes a pod with these labels: the first by name of those that select it, or the one its label
     * names if that selects it.
     *
     * @see <a href="https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html">Fargate profile</a>
     */
    public Optional<Profile> select(String namespace, Map<String, String> labels) {
        Optional<Profile> one = first(ofOneNamespace.getOrDefault(namespace, List.of()), namespace, labels);
        Optional<Profile> many = first(ofMany, namespace, labels);
        return Stream.of(one, many).flatMap(Optional::stream).min(Comparator.comparing(Profile::name));
    }

    private static Optional<Profile> first(List<Candidate> byName, String namespace, Map<String, String> labels) {
        String named = labels.get(PROFILE_LABEL);
        for (Candidate candidate : byName) {
            if ((named == null || named.equals(candidate.profile.name())) && candidate.selector.matches(namespace, labels)) {
                return Optional.of(candidate.profile);
            }
        }
        return Optional.empty();
    }
}
