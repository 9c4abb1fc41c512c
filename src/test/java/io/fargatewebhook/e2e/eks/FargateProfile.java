package io.fargatewebhook.e2e.eks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A Fargate profile and how EKS matches pods with it. Source: UG fargate-profile.adoc. */
public record FargateProfile(String name, List<Selector> selectors) {

    /** The label by which EKS marks the pods it took, and by which a pod can ask for one profile among several. */
    public static final String LABEL = "eks.amazonaws.com/fargate-profile";

    /** Selects by namespace and labels; {@code *} stands for any text and {@code ?} for one character in each of them. */
    public record Selector(String namespace, Map<String, String> labels) {

        boolean matches(String podNamespace, Map<String, String> podLabels) {
            return glob(namespace).matches(podNamespace)
                    && labels.entrySet().stream().allMatch(wanted -> podLabels.entrySet().stream()
                            .anyMatch(label -> glob(wanted.getKey()).matches(label.getKey())
                                    && glob(wanted.getValue()).matches(label.getValue())));
        }
    }

    /** A profile with one selector. */
    public static FargateProfile of(String name, String namespace, Map<String, String> labels) {
        return new FargateProfile(name, List.of(new Selector(namespace, labels)));
    }

    /** The profiles of a file with the output of {@code aws eks describe-fargate-profile}, or with a list of such outputs. */
    public static List<FargateProfile> read(Path file) throws IOException {
        var json = new ObjectMapper().readTree(file.toFile());
        var profiles = new ArrayList<FargateProfile>();
        for (var one : json.isArray() ? json : List.of(json)) {
            profiles.add(parse(one.path("fargateProfile")));
        }
        return profiles;
    }

    private static FargateProfile parse(JsonNode profile) {
        var selectors = new ArrayList<Selector>();
        for (var selector : profile.path("selectors")) {
            var labels = new TreeMap<String, String>();
            selector.path("labels").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
            selectors.add(new Selector(selector.path("namespace").asText(), labels));
        }
        return new FargateProfile(profile.path("fargateProfileName").asText(), selectors);
    }

    /**
     * The profile that takes a pod: the one its label names, otherwise the first in alphanumeric order, and only where a
     * selector of it matches.
     */
    static Optional<FargateProfile> choose(List<FargateProfile> profiles, String namespace, Map<String, String> labels) {
        var asked = labels.get(LABEL);
        return profiles.stream()
                .filter(profile -> asked == null || asked.equals(profile.name()))
                .sorted(Comparator.comparing(FargateProfile::name))
                .filter(profile -> profile.selectors().stream().anyMatch(selector -> selector.matches(namespace, labels)))
                .findFirst();
    }

    private interface Glob {
        boolean matches(String text);
    }

    private static Glob glob(String pattern) {
        var regex = Arrays.stream(pattern.split("(?<=[*?])|(?=[*?])"))
                .map(part -> part.equals("*") ? ".*" : part.equals("?") ? "." : Pattern.quote(part))
                .collect(Collectors.joining());
        return text -> Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches();
    }
}
