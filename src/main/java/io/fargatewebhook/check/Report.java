package io.fargatewebhook.check;

import java.util.ArrayList;
import java.util.List;

/** All that was checked. */
public record Report(List<Section> sections) {
    public Report {
        sections = List.copyOf(sections);
    }

    public Status status() {
        if (count(Status.FAILURE) > 0) {
            return Status.FAILURE;
        }
        return count(Status.WARNING) > 0 ? Status.WARNING : Status.OK;
    }

    /** Such as {@code 1 problem, 2 warnings}. */
    public String summary() {
        List<String> parts = new ArrayList<>();
        count(parts, Status.FAILURE, "problem");
        count(parts, Status.WARNING, "warning");
        return parts.isEmpty() ? "all is well" : String.join(", ", parts);
    }

    private void count(List<String> parts, Status status, String noun) {
        long count = count(status);
        if (count > 0) {
            parts.add(count + " " + noun + (count == 1 ? "" : "s"));
        }
    }

    private long count(Status status) {
        return sections.stream()
                .flatMap(section -> section.lines().stream())
                .filter(line -> line.status() == status)
                .count();
    }
}
