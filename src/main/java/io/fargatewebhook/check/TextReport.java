package io.fargatewebhook.check;

import java.util.Optional;
import java.util.function.Function;

/** A report for people. */
public final class TextReport {
    private TextReport() {}

    /**
     * @param mark what stands before a line, padded to one width
     * @param width of the marks as they are seen
     */
    public static String of(Report report, Function<Status, String> mark, int width) {
        String indent = " ".repeat(2 + width + 1 + 2);
        StringBuilder text = new StringBuilder();
        for (Section section : report.sections()) {
            text.append(section.title()).append('\n');
            Optional<Line> before = Optional.empty();
            for (Line line : section.lines()) {
                text.append("  ").append(mark.apply(line.status())).append(' ').append(line.sentence()).append('\n');
                // The same trouble in many namespaces needs the same advice once.
                if (before.filter(same -> sameAdvice(same, line)).isEmpty()) {
                    line.advice().forEach(advice -> text.append(indent).append(advice).append('\n'));
                    if (!line.docs().isEmpty()) {
                        text.append(indent).append("see ").append(line.docs()).append('\n');
                    }
                }
                before = Optional.of(line);
            }
        }
        return text.append(report.summary()).append('\n').toString();
    }

    private static boolean sameAdvice(Line one, Line other) {
        return one.advice().equals(other.advice()) && one.docs().equals(other.docs());
    }
}
