package dev.tidings.it.balancers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, as the table of {@code docs/reference/balancers.md}: a row for each balancer, a column for each behaviour. */
final class Figures {
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    private final List<String> columns = new ArrayList<>();

    Figures(List<Recipe> order) {
        order.forEach(recipe -> rows.put(recipe.name(), new LinkedHashMap<>()));
    }

    /** Sets a figure, or adds another to it. */
    synchronized void put(String row, String column, String figure) {
        if (!columns.contains(column)) {
            columns.add(column);
        }
        rows.computeIfAbsent(row, each -> new LinkedHashMap<>())
                .merge(column, figure, (one, more) -> one + " / " + more);
    }

    @Override
    public synchronized String toString() {
        var table = new StringBuilder("\n| |");
        columns.forEach(column -> table.append(' ').append(column).append(" |"));
        table.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
        rows.forEach((row, figures) -> {
            if (figures.isEmpty()) {
                return;
            }
            table.append("| ").append(row).append(" |");
            columns.forEach(column ->
                    table.append(' ').append(figures.getOrDefault(column, "")).append(" |"));
            table.append('\n');
        });
        return table.toString();
    }
}
