package dev.tidings.handlers.csv;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A column on the page: its row in the table of all, and its card. */
final class ColumnCard {
    private ColumnCard() {}

    /** The row in the table of all columns. */
    static String row(ColumnProfile column) {
        Distribution distribution = column.distribution();
        ColumnProfile.Texts texts = column.texts();
        String ends = cell("–") + cell("–") + cell("–");
        if (distribution != null) {
            ends = cell(DisplayFormat.value(distribution.scale(), distribution.min()))
                    + cell(DisplayFormat.value(distribution.scale(), distribution.median()))
                    + cell(DisplayFormat.value(distribution.scale(), distribution.max()));
        } else if (texts != null) {
            ends = cell(SafeText.shown(texts.min(), 18)) + cell("–") + cell(SafeText.shown(texts.max(), 18));
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
                SafeText.html(column.name()),
                column.type().word(),
                shape(column),
                filled(column),
                cell(distinct(column)),
                ends);
    }

    private static String cell(String text) {
        return "<td class=\"n\">" + SafeText.html(text) + "</td>";
    }

    private static String filled(ColumnProfile column) {
        long all = column.values() + column.nulls();
        double part = all == 0 ? 0 : (double) column.values() / all;
        return Chart.meter(part) + "<span>" + SafeText.html(DisplayFormat.percent(column.values(), all)) + "</span>";
    }

    private static String distinct(ColumnProfile column) {
        return DisplayFormat.count(column.distinct(), column.distinctApproximate());
    }

    private static String shape(ColumnProfile column) {
        boolean words = column.distribution() == null && !column.top().isEmpty();
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
                SafeText.html(column.name()),
                column.type().word()));
        long all = column.values() + column.nulls();
        figure(html, "Filled", DisplayFormat.percent(column.values(), all));
        figure(html, "Empty", DisplayFormat.count(column.nulls()));
        ColumnProfile.Booleans booleans = column.booleans();
        if (booleans != null) {
            figure(html, "True", DisplayFormat.count(booleans.trueCount()));
            figure(html, "False", DisplayFormat.count(booleans.falseCount()));
        }
        figure(html, column.unique() ? "Distinct, no repeats" : "Distinct", distinct(column));
        Distribution distribution = column.distribution();
        ColumnProfile.Texts texts = column.texts();
        if (distribution != null && !distribution.scale().temporal()) {
            String unit = column.written().unit() == null
                    ? ""
                    : "\u202F" + column.written().unit();
            figure(html, "Mean", DisplayFormat.number(distribution.mean()) + unit);
            figure(html, "Std. deviation", DisplayFormat.number(distribution.deviation()) + unit);
        } else if (distribution == null && texts != null) {
            figure(html, "Length", length(texts));
            if (texts.minLength() < texts.maxLength()) {
                figure(html, "Mean length", DisplayFormat.number(Math.rint(texts.meanLength() * 10) / 10));
            }
        }
        html.append("</dl>\n");
        if (distribution == null && !column.top().isEmpty()) {
            html.append(top(column));
        }
        Histogram histogram = column.histogram();
        boolean oneLength = distribution == null && texts != null && texts.minLength() == texts.maxLength();
        if (histogram != null && !oneLength) {
            if (distribution == null) {
                html.append("<h3>Length in characters</h3>\n");
            }
            html.append(new Chart(histogram, distribution, "values").svg(label(column, distribution)));
        }
        if (distribution != null) {
            html.append(quantiles(distribution));
        }
        remarks(html, column);
        return html.append("</article>\n").toString();
    }

    private static String length(ColumnProfile.Texts texts) {
        return texts.minLength() == texts.maxLength()
                ? DisplayFormat.count(texts.minLength())
                : DisplayFormat.count(texts.minLength()) + " – " + DisplayFormat.count(texts.maxLength());
    }

    private static String label(ColumnProfile column, @Nullable Distribution distribution) {
        return distribution == null
                ? "Histogram of the lengths of " + column.name()
                : "Histogram of " + column.name() + ", from "
                        + DisplayFormat.value(distribution.scale(), distribution.min()) + " to "
                        + DisplayFormat.value(distribution.scale(), distribution.max());
    }

    private static void figure(StringBuilder html, String label, String figure) {
        html.append("<div><dt>").append(label).append("</dt><dd>").append(SafeText.html(figure));
        html.append("</dd></div>\n");
    }

    private static String top(ColumnProfile column) {
        StringBuilder html = new StringBuilder("<table class=\"top\"><caption>Most frequent</caption>\n");
        long most = column.top().get(0).count();
        for (ColumnProfile.Frequent value :
                column.top().subList(0, Math.min(8, column.top().size()))) {
            html.append("<tr><td class=\"value\">")
                    .append(SafeText.html(value.value()))
                    .append("</td><td>");
            html.append(Chart.meter((double) value.count() / most)).append("</td><td class=\"n\">");
            html.append(DisplayFormat.count(value.count(), column.topApproximate()))
                    .append("</td><td class=\"n dim\">");
            html.append(SafeText.html(DisplayFormat.percent(value.count(), column.values())))
                    .append("</td></tr>\n");
        }
        return html.append("</table>\n").toString();
    }

    private static String quantiles(Distribution distribution) {
        List<String> heads = List.of("min", "1 %", "5 %", "25 %", "median", "75 %", "95 %", "99 %", "max");
        StringBuilder html = new StringBuilder(
                distribution.scale().temporal() ? "<dl class=\"quantiles times\">\n" : "<dl class=\"quantiles\">\n");
        for (int i = 0; i < heads.size(); i++) {
            boolean end = i == 0 || i == heads.size() - 1;
            double value = i == 0
                    ? distribution.min()
                    : end ? distribution.max() : distribution.quantiles().get(i - 1);
            String about = distribution.approximate() && !end ? "≈\u202F" : "";
            html.append("<div><dt>").append(about).append(heads.get(i)).append("</dt><dd>");
            html.append(SafeText.html(DisplayFormat.value(distribution.scale(), value)))
                    .append("</dd></div>\n");
        }
        return html.append("</dl>\n").toString();
    }

    private static void remarks(StringBuilder html, ColumnProfile column) {
        column.notes()
                .forEach(note -> html.append("<p class=\"note\">")
                        .append(SafeText.html(capitalised(note)))
                        .append("</p>\n"));
        if (!column.nullTokens().isEmpty()) {
            remark(
                    html,
                    "Counted as empty:",
                    column.nullTokens().entrySet().stream()
                            .map(token -> token.getKey() + " × " + DisplayFormat.count(token.getValue()))
                            .toList());
        }
        if (column.exceptions() > 0) {
            remark(
                    html,
                    "Of another type: " + DisplayFormat.count(column.exceptions()) + ", such as",
                    column.exceptionExamples());
        }
        Histogram histogram = column.histogram();
        if (histogram != null && column.distribution() != null && histogram.below() + histogram.above() > 0) {
            remark(html, "Pale bars at the ends count what lies further out: " + tails(histogram) + ".", List.of());
        }
        if (column.distribution() == null
                && column.top().isEmpty()
                && !column.examples().isEmpty()) {
            remark(html, "For example", column.examples());
        }
    }

    private static String capitalised(String note) {
        return Character.toUpperCase(note.charAt(0)) + note.substring(1);
    }

    private static String tails(Histogram histogram) {
        String below = DisplayFormat.count(histogram.below(), histogram.approximate()) + " below";
        String above = DisplayFormat.count(histogram.above(), histogram.approximate()) + " above";
        if (histogram.below() == 0) {
            return above;
        }
        return histogram.above() == 0 ? below : below + ", " + above;
    }

    private static void remark(StringBuilder html, String text, List<String> values) {
        html.append("<p class=\"remark\">").append(SafeText.html(text));
        for (String value : values) {
            html.append(" <code>").append(SafeText.html(value)).append("</code>");
        }
        html.append("</p>\n");
    }
}
