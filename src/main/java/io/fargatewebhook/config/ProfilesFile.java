package io.fargatewebhook.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fargatewebhook.fargate.Profile;
import io.fargatewebhook.fargate.Profiles;
import io.fargatewebhook.fargate.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file with Fargate profiles: the output of {@code aws eks describe-fargate-profile}, or a list of such objects or of their
 * {@code fargateProfile} part; JSON or YAML, of which JSON is a part.
 *
 * @see <a href="https://docs.aws.amazon.com/eks/latest/APIReference/API_FargateProfile.html">FargateProfile</a>
 */
final class ProfilesFile {
    private ProfilesFile() {}

    /** @throws IllegalArgumentException with a message that names the file, the place in it and what is wrong there */
    static Profiles read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw wrong(file, "there is no such file", e);
        } catch (JacksonException e) {
            throw wrong(file, "it is neither JSON nor YAML, line " + e.getLocation().getLineNr(), e);
        } catch (IOException e) {
            throw wrong(file, "it cannot be read (" + e + ")", e);
        } catch (IllegalArgumentException e) {
            throw wrong(file, e.getMessage(), e);
        }
    }

    private static IllegalArgumentException wrong(Path file, String what, Exception cause) {
        return new IllegalArgumentException("fargate.profiles, file " + file + ": " + what, cause);
    }

    private static Profiles parse(String text) throws JacksonException {
        JsonNode root = new YAMLMapper().readTree(text);
        List<Profile> profiles = new ArrayList<>();
        if (root.isArray()) {
            for (int i = 0; i < root.size(); i++) {
                profiles.add(profile(root.get(i), "[" + i + "]"));
            }
        } else {
            profiles.add(profile(root, ""));
        }
        if (profiles.isEmpty()) {
            throw new IllegalArgumentException("it lists no profile; leave fargate.profiles out if they are not known");
        }
        return new Profiles(profiles);
    }

    private static Profile profile(JsonNode node, String path) {
        if (node.has("fargateProfile")) {
            return profile(node.get("fargateProfile"), path + ".fargateProfile");
        }
        JsonNode selectors = node.path("selectors");
        if (!selectors.isArray()) {
            throw new IllegalArgumentException(path + ".selectors must be a list");
        }
        List<Selector> read = new ArrayList<>();
        for (int i = 0; i < selectors.size(); i++) {
            read.add(selector(selectors.get(i), path + ".selectors[" + i + "]"));
        }
        return new Profile(text(node, "fargateProfileName", path), read);
    }

    private static Selector selector(JsonNode node, String path) {
        JsonNode labels = node.path("labels");
        if (!labels.isMissingNode() && !labels.isNull() && !labels.isObject()) {
            throw new IllegalArgumentException(path + ".labels must be a map");
        }
        Map<String, String> read = new LinkedHashMap<>();
        labels.fieldNames().forEachRemaining(key -> read.put(key, text(labels, key, path + ".labels")));
        return new Selector(text(node, "namespace", path), read);
    }

    private static String text(JsonNode node, String field, String path) {
        JsonNode value = node.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new IllegalArgumentException(
                    path + "." + field + " must be a text that is not empty; YAML takes yes and no for one only in quotes");
        }
        return value.textValue();
    }
}
