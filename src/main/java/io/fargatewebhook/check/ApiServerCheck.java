package io.fargatewebhook.check;

import io.fabric8.kubernetes.client.VersionInfo;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the API server has all that the manifests use. */
final class ApiServerCheck {
    private static final int MAJOR = 1;
    private static final int MINOR = 30;
    /** A minor version may be {@code 30+}. */
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,6}).*");

    private ApiServerCheck() {}

    static Line version(VersionInfo version) {
        String found = version.getGitVersion() == null
                ? version.getMajor() + "." + version.getMinor()
                : version.getGitVersion().replaceFirst("^v", "");
        int major = number(version.getMajor());
        int minor = number(version.getMinor());
        if (major < 0 || minor < 0) {
            return Line.warning(
                    Docs.INSTALL, "the API server's version " + found + " is not understood; " + needed() + " is needed");
        }
        if (major > MAJOR || major == MAJOR && minor >= MINOR) {
            return Line.ok("the API server is Kubernetes " + found);
        }
        return Line.failure(
                Docs.INSTALL,
                "the API server is Kubernetes " + found + "; " + needed() + " or later is needed",
                "older ones do not know the matchConditions of our webhooks: upgrade the cluster");
    }

    private static String needed() {
        return MAJOR + "." + MINOR;
    }

    private static int number(String text) {
        Matcher number = NUMBER.matcher(text == null ? "" : text);
        return number.matches() ? Integer.parseInt(number.group(1)) : -1;
    }
}
