package io.fargatewebhook.fargate;

import java.util.regex.Pattern;

/**
 * A text in which {@code *} stands for any number of characters and {@code ?} for exactly one, as Fargate profiles allow
 * in namespaces, label keys and label values.
 *
 * @see <a href="https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html#fargate-profile-wildcards">Fargate
 *     profile wildcards</a>
 */
final class Wildcard {
    private static final Pattern WILD = Pattern.compile("[*?]");

    private final String pattern;
    /** What comes before the first and after the last wildcard: nearly every text that does not fit is told by them. */
    private final String prefix;

    private final String suffix;

    Wildcard(String pattern) {
        String[] literals = WILD.split(pattern, -1);
        this.pattern = pattern;
        this.prefix = literals[0];
        this.suffix = literals[literals.length - 1];
    }

    String pattern() {
        return pattern;
    }

    boolean isLiteral() {
        return prefix.length() == pattern.length();
    }

    /** Whether the whole text fits; time grows at most with the product of both lengths. */
    boolean matches(String text) {
        return isLiteral() ? pattern.equals(text) : text.startsWith(prefix) && text.endsWith(suffix) && fits(text);
    }

    private boolean fits(String text) {
        int p = 0;
        int t = 0;
        int afterStar = -1;
        int starTook = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                afterStar = ++p;
                starTook = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (afterStar >= 0) {
                p = afterStar;
                t = ++starTook;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
