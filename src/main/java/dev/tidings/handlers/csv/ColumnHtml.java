package dev.tidings.handlers.csv;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A column on the page: its row in the table of all, and its card. */
final class ColumnHtml {
    private ColumnHtml() {}

    /** The row in the table of all columns. */
    static String row(ColumnProfile column) {
        Spread spread = column.spread();
        ColumnProfile.Texts texts = column.texts();
        String ends = cell("–") + cell("–") + cell("–");
        if (spread != null) {
            ends = cell(Figures.value(spread.scale(), spread.min()))
                    + cell(Figures.value(spread.scale(), spread.median()))
                    + cell(Figures.value(spread.scale(), spread.max()));
        } else if (texts != null) {
            ends = cell(Text.shown(texts.min(), 18)) + cell("–") + cell(Text.shown(texts.max(), 18));
        }
        return String.format(
                Locale.ROOT,
                """
                <tr class="t-%s"><td class="n dim">%d</td><td class="name"><a href="#c%d">%s</a></td>\
                <td><span class="badge">%s</span></td><td>%s</td><td class="filled">%s</td>%s%s</tr>
                """,
                column.type().word(),
                column.position(),
                column.position(),
                Text.html(column.name()),
                column.type().word(),
                shape(column),
                filled(column),
                cell(distinct(column)),
                ends);
    }

    private static String cell(String text) {
        return "<td class=\"n\">" + Text.html(text) + "</td>";
    }

    private static String filled(ColumnProfile column) {
        long all = column.values() + column.nulls();
        double part = all == 0 ? 0 : (double) column.values() / all;
        return Chart.meter(part) + "<span>" + Text.html(Figures.percent(column.values(), all)) + "</span>";
    }

    private static String distinct(ColumnProfile column) {
        return Figures.count(column.distinct(), column.distinctApproximate());
    }

    private static String shape(ColumnProfile column) {
        boolean words = column.spread() == null && !column.top().isEmpty();
        if (words) {
            return Chart.sparkline(
                    column.top().stream().map(ColumnProfile.Frequent::count).toList());
        }
        Histogram histogram = column.histogram();
        return histogram == null || histogram.counts().size() == 1 ? "" : Chart.sparkline(histogram.counts());
    }

    /** The card. */
    static String card(ColumnProfile column) {
        StringBuilder html = new StringBuilder(8192);
        html.append(String.format(
                Locale.ROOT,
                """
                <article id="c%d" class="t-%s">
                <h2>%s <span class="badge">%s</span></h2>
                <dl class="figures">
                """,
                column.position(),
                column.type().word(),
                Text.html(column.name()),
                column.type().word()));
        long all = column.values() + column.nulls();
        figure(html, "Filled", Figures.percent(column.values(), all));
        figure(html, "Empty", Figures.count(column.nulls()));
        figure(html, column.unique() ? "Distinct, no repeats" : "Distinct", distinct(column));
        Spread spread = column.spread();
        ColumnProfile.Texts texts = column.texts();
        if (spread != null && !spread.scale().temporal()) {
            figure(html, "Mean", Figures.number(spread.mean()));
            figure(html, "Std. deviation", Figures.number(spread.deviation()));
        } else if (spread == null && texts != null) {
            figure(html, "Length", length(texts));
            if (texts.minLength() < texts.maxLength()) {
                figure(html, "Mean length", Figures.number(Math.rint(texts.meanLength() * 10) / 10));
            }
        }
        html.append("</dl>\n");
        if (spread == null && !column.top().isEmpty()) {
            html.append(top(column));
        }
        Histogram histogram = column.histogram();
        boolean oneLength = spread == null && texts != null && texts.minLength() == texts.maxLength();
        if (histogram != null && !oneLength) {
            if (spread == null) {
                html.append("<h3>Length in characters</h3>\n");
            }
            html.append(new Chart(histogram, spread, "values").svg(label(column, spread)));
        }
        if (spread != null) {
            html.append(quantiles(spread));
        }
        remarks(html, column);
        return html.append("</article>\n").toString();
    }

    private static String length(ColumnProfile.Texts texts) {
        return texts.minLength() == texts.maxLength()
                ? Figures.count(texts.minLength())
                : Figures.count(texts.minLength()) + " – " + Figures.count(texts.maxLength());
    }

    private static String label(ColumnProfile column, @Nullable Spread spread) {
        return spread == null
                ? "Histogram of the lengths of " + column.name()
                : "Histogram of " + column.name() + ", from " + Figures.value(spread.scale(), spread.min()) + " to "
                        + Figures.value(spread.scale(), spread.max());
    }

    private static void figure(StringBuilder html, String label, String figure) {
        html.append("<div><dt>").append(label).append("</dt><dd>").append(Text.html(figure));
        html.append("</dd></div>\n");
    }

    private static String top(ColumnProfile column) {
        StringBuilder html = new StringBuilder("<table class=\"top\"><caption>Most frequent</caption>\n");
        long most = column.top().get(0).count();
        for (ColumnProfile.Frequent value :
                column.top().subList(0, Math.min(8, column.top().size()))) {
            html.append("<tr><td class=\"value\">")
                    .append(Text.html(value.value()))
                    .append("</td><td>");
            html.append(Chart.meter((double) value.count() / most)).append("</td><td class=\"n\">");
            html.append(Figures.count(value.count(), column.topApproximate())).append("</td><td class=\"n dim\">");
            html.append(Text.html(Figures.percent(value.count(), column.values())))
                    .append("</td></tr>\n");
        }
        return html.append("</table>\n").toString();
    }

    private static String quantiles(Spread spread) {
        List<String> heads = List.of("min", "1 %", "5 %", "25 %", "median", "75 %", "95 %", "99 %", "max");
        StringBuilder html = new StringBuilder(
                spread.scale().temporal() ? "<dl class=\"quantiles times\">\n" : "<dl class=\"quantiles\">\n");
        for (int i = 0; i < heads.size(); i++) {
            boolean end = i == 0 || i == heads.size() - 1;
            double value = i == 0
                    ? spread.min()
                    : end ? spread.max() : spread.quantiles().get(i - 1);
            String about = spread.approximate() && !end ? "≈\u202F" : "";
            html.append("<div><dt>").append(about).append(heads.get(i)).append("</dt><dd>");
            html.append(Text.html(Figures.value(spread.scale(), value))).append("</dd></div>\n");
        }
        return html.append("</dl>\n").toString();
    }

    private static void remarks(StringBuilder html, ColumnProfile column) {
        if (column.exceptions() > 0) {
            remark(
                    html,
                    "Of another type: " + Figures.count(column.exceptions()) + ", such as",
                    column.exceptionExamples());
        }
        Histogram histogram = column.histogram();
        if (histogram != null && column.spread() != null && histogram.below() + histogram.above() > 0) {
            remark(html, "Pale bars at the ends count what lies further out: " + tails(histogram) + ".", List.of());
        }
        if (column.spread() == null
                && column.top().isEmpty()
                && !column.examples().isEmpty()) {
            remark(html, "For example", column.examples());
        }
    }

    private static String tails(Histogram histogram) {
        String below = Figures.count(histogram.below(), histogram.approximate()) + " below";
        String above = Figures.count(histogram.above(), histogram.approximate()) + " above";
        if (histogram.below() == 0) {
            return above;
        }
        return histogram.above() == 0 ? below : below + ", " + above;
    }

    private static void remark(StringBuilder html, String text, List<String> values) {
        html.append("<p class=\"remark\">").append(Text.html(text));
        for (String value : values) {
            html.append(" <code>").append(Text.html(value)).append("</code>");
        }
        html.append("</p>\n");
    }
}
