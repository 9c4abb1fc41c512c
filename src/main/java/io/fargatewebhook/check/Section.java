package io.fargatewebhook.check;

import java.util.List;

/** Lines about one thing. */
public record Section(String title, List<Line> lines) {
    public Section {
        lines = List.copyOf(lines);
    }

    boolean fails() {
        return lines.stream().anyMatch(line -> line.status() == Status.FAILURE);
    }
}
