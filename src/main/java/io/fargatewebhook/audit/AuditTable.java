package io.fargatewebhook.audit;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.TextTable;

/** The audit for people: a row for each workload, then what is wrong in sentences. */
public final class AuditTable implements Audit.Listener {
    private static final List<String> HEADER =
            List.of("NAMESPACE", "WORKLOAD", "PODS", "FARGATE", "EC2 BY DESIGN", "WAITING", "MISSED");

    private record Row(String namespace, String workload) {}

    private record Cell(State state, String cause) {}

    private final Map<Row, Map<Cell, Integer>> rows =
            new TreeMap<>(Comparator.comparing(Row::namespace).thenComparing(Row::workload));
    private final Map<Row, Set<String>> sentences = new TreeMap<>(
            Comparator.comparing(Row::namespace).thenComparing(Row::workload));

    @Override
    public void found(AuditedPod pod, Finding finding) {
        Row row = new Row(pod.namespace(), pod.workload());
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                .merge(new Cell(finding.state(), finding.cause()), 1, Integer::sum);
        if (finding.state().isProblem()) {
            sentences.computeIfAbsent(row, key -> new TreeSet<>())
                    .add(finding.state() + " " + finding.cause() + ": " + finding.message());
        }
    }

    /** @param dashes whether the reader's terminal knows more than ASCII */
    public void print(PrintWriter out, Ansi ansi, boolean dashes) {
        List<List<String>> cells = rows.entrySet().stream()
                .map(row -> cells(row.getKey(), row.getValue(), dashes ? "–" : "-"))
                .toList();
        if (!cells.isEmpty()) {
            Column[] columns = new Column[HEADER.size()];
            for (int i = 0; i < columns.length; i++) {
                int column = i;
                int widest = cells.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
                columns[i] = new Column(Math.max(widest, HEADER.get(i).length()) + 2, 0, Overflow.TRUNCATE);
            }
            TextTable table = TextTable.forColumns(new ColorScheme.Builder(ansi).build(), columns);
            table.addRowValues(HEADER.toArray(String[]::new));
            for (List<String> row : cells) {
                boolean missed = row.get(row.size() - 1).length() > 1;
                table.addRowValues(row.stream()
                        .map(cell -> missed && ansi.enabled() ? ansi.text("@|red " + cell + "|@") : ansi.text(cell))
                        .toArray(Ansi.Text[]::new));
            }
            out.print(table.toString().lines().map(String::stripTrailing).collect(Collectors.joining("\n", "", "\n")));
        }
        sentences.forEach((row, said) -> said.forEach(sentence -> out.println(row.namespace + " " + row.workload + ": " + sentence)));
    }

    private static List<String> cells(Row row, Map<Cell, Integer> counts, String none) {
        int pods = counts.values().stream().mapToInt(Integer::intValue).sum();
        return List.of(
                row.namespace,
                row.workload,
                String.valueOf(pods),
                number(counts, State.Fargate, none),
                causes(counts, Set.of(State.LeftAlone, State.ReportOnly, State.BeforeOptIn), none),
                number(counts, State.Waiting, none),
                causes(counts, Set.of(State.Missed, State.NotTaken, State.Refused), none));
    }

    private static String number(Map<Cell, Integer> counts, State state, String none) {
        int number = counts.entrySet().stream()
                .filter(entry -> entry.getKey().state() == state)
                .mapToInt(Map.Entry::getValue)
                .sum();
        return number == 0 ? none : String.valueOf(number);
    }

    private static String causes(Map<Cell, Integer> counts, Set<State> states, String none) {
        String text = counts.entrySet().stream()
                .filter(entry -> states.contains(entry.getKey().state()))
                .map(entry -> entry.getValue() + " " + word(entry.getKey()))
                .sorted()
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? none : text;
    }

    /** The state says more than its cause where it is about the namespace and not about the pod. */
    private static String word(Cell cell) {
        return switch (cell.state()) {
            case ReportOnly, BeforeOptIn -> cell.state().name();
            default -> cell.cause();
        };
    }
}
