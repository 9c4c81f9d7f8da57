package dev.tidings.handlers.csv;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Draws a column's values as inline SVG: bars on an axis, and below them a box that spans the middle half of the values,
 * its whiskers the middle 90 %, its line the median. Colours come from the style sheet by class.
 */
final class Chart {
    private static final double WIDTH = 560;
    private static final double HEIGHT = 176;
    private static final double LEFT = 46;
    private static final double RIGHT = 10;
    private static final double TOP = 12;
    private static final double FLOOR = 124;
    private static final double BOX = 138;
    private static final double TICKS = 168;
    private static final double TAIL = 20;
    private static final double GAP = 1.2;

    private final Histogram histogram;
    private final @Nullable Distribution distribution;
    private final String unit;
    private final double first;
    private final double last;
    private final double left;
    private final double right;
    private final boolean discrete;

    /**
     * Prepares to draw.
     *
     * @param distribution what the values are; null when they are lengths of texts
     * @param unit what is counted, in the plural
     */
    Chart(Histogram histogram, @Nullable Distribution distribution, String unit) {
        this.histogram = histogram;
        this.distribution = distribution;
        this.unit = unit;
        List<Double> edges = histogram.edges();
        first = edges.get(0);
        last = edges.get(edges.size() - 1);
        left = LEFT + (histogram.below() > 0 ? TAIL : 0);
        right = WIDTH - RIGHT - (histogram.above() > 0 ? TAIL : 0);
        boolean whole = distribution == null || distribution.scale() == Distribution.Scale.WHOLE;
        discrete = whole && last - first == edges.size() - 1;
    }

    /** The whole drawing. */
    String svg(String label) {
        StringBuilder svg = new StringBuilder(8192);
        svg.append(format(
                "<svg class=\"chart\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n",
                number(WIDTH), number(distribution == null ? HEIGHT - 22 : HEIGHT), SafeText.html(label)));
        long peak = Math.max(histogram.peak(), Math.max(histogram.below(), histogram.above()));
        double top = roundedUp((double) Math.max(1, peak));
        grid(svg, top);
        bars(svg, top);
        svg.append(format("<path class=\"axis\" d=\"M%s %sH%s\"/>\n", number(LEFT), number(FLOOR), WIDTH - RIGHT));
        if (distribution != null) {
            box(svg, distribution);
        }
        ticks(svg);
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg, double top) {
        for (double part : new double[] {0.5, 1}) {
            double y = FLOOR - (FLOOR - TOP) * part;
            svg.append(format("<path class=\"grid\" d=\"M%s %sH%s\"/>", number(LEFT), number(y), WIDTH - RIGHT));
            if (top * part == Math.rint(top * part)) {
                svg.append(format(
                        "<text class=\"tick\" x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>\n",
                        number(LEFT - 6), number(y + 3.5), DisplayFormat.tick(top * part)));
            }
        }
    }

    private void bars(StringBuilder svg, double top) {
        long all = histogram.below() + histogram.above();
        for (long count : histogram.counts()) {
            all += count;
        }
        if (histogram.below() > 0) {
            String title = "below " + value(first) + ": " + share(histogram.below(), all);
            bar(svg, "bar tail", LEFT, LEFT + TAIL - 6, histogram.below() / top, title);
        }
        for (int i = 0; i < histogram.counts().size(); i++) {
            double from = histogram.edges().get(i);
            double to = histogram.edges().get(i + 1);
            String range = discrete ? value(from) : value(from) + " – " + value(to);
            String title = range + ": " + share(histogram.counts().get(i), all);
            bar(svg, "bar", x(from), x(to), histogram.counts().get(i) / top, title);
        }
        if (histogram.above() > 0) {
            String title = "from " + value(last) + ": " + share(histogram.above(), all);
            bar(svg, "bar tail", right + 6, right + TAIL, histogram.above() / top, title);
        }
    }

    private void bar(StringBuilder svg, String style, double from, double to, double part, String title) {
        if (part <= 0) {
            return;
        }
        double height = Math.max(1.2, (FLOOR - TOP) * part);
        double gap = to - from > 4 * GAP ? GAP : 0;
        svg.append(format(
                "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\"><title>%s</title></rect>\n",
                style,
                number(from + gap / 2),
                number(FLOOR - height),
                number(to - from - gap),
                number(height),
                number(Math.min(2, height / 2)),
                SafeText.html(title)));
    }

    private void box(StringBuilder svg, Distribution values) {
        double half = discrete ? 0.5 : 0;
        double p5 = clamped(values.quantiles().get(1) + half);
        double p25 = clamped(values.quantiles().get(2) + half);
        double p50 = clamped(values.median() + half);
        double p75 = clamped(values.quantiles().get(4) + half);
        double p95 = clamped(values.quantiles().get(5) + half);
        svg.append("<g class=\"box\"><title>")
                .append(SafeText.html(format(
                        "5 %%: %s · 25 %%: %s · median: %s · 75 %%: %s · 95 %%: %s",
                        value(values.quantiles().get(1)),
                        value(values.quantiles().get(2)),
                        value(values.median()),
                        value(values.quantiles().get(4)),
                        value(values.quantiles().get(5)))))
                .append("</title>");
        svg.append(format("<path class=\"whisker\" d=\"M%s %sH%s\"/>", number(p5), number(BOX), number(p95)));
        svg.append(format(
                "<rect class=\"middle\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"10\" rx=\"2\"/>",
                number(p25), number(BOX - 5), number(Math.max(1, p75 - p25))));
        svg.append(format(
                "<path class=\"median\" d=\"M%s %sV%s\"/></g>\n", number(p50), number(BOX - 7), number(BOX + 7)));
    }

    private void ticks(StringBuilder svg) {
        double y = distribution == null ? TICKS - 24 : TICKS - 6;
        int bars = histogram.counts().size();
        int labels = discrete ? bars : bars + 1;
        int stride = stride(labels / (discrete ? 12.0 : 7.0));
        double previousEnd = -1;
        String previous = "";
        for (int i = firstTick(stride); i < labels; i += stride) {
            double at = histogram.edges().get(i);
            String text = distribution == null
                    ? DisplayFormat.tick(at)
                    : DisplayFormat.tick(distribution.scale(), at, last - first);
            double x = x(discrete ? at + 0.5 : at);
            double halfWidth = text.length() * 3.1;
            if (text.equals(previous) || x - halfWidth < previousEnd + 4) {
                continue;
            }
            previousEnd = x + halfWidth;
            previous = text;
            boolean atEnd = x + halfWidth > WIDTH;
            svg.append(format(
                    "<text class=\"tick\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n",
                    number(atEnd ? WIDTH : x), number(y), atEnd ? "end" : "middle", SafeText.html(text)));
        }
    }

    private static int stride(double least) {
        for (int stride : new int[] {1, 2, 4, 5, 10, 20}) {
            if (stride >= least) {
                return stride;
            }
        }
        return (int) Math.ceil(least);
    }

    /** The first border that is a round number: a multiple of the distance between two ticks. */
    private int firstTick(int stride) {
        if (distribution != null && distribution.scale().temporal()) {
            return 0;
        }
        double step = histogram.edges().get(1) - first;
        int beyond = (int) Math.floorMod(Math.round(first / step), (long) stride);
        return beyond == 0 ? 0 : stride - beyond;
    }

    private String share(long count, long all) {
        return DisplayFormat.count(count, histogram.approximate()) + " " + unit + " ("
                + DisplayFormat.percent(count, all) + ")";
    }

    private String value(double value) {
        return distribution == null ? DisplayFormat.number(value) : DisplayFormat.value(distribution.scale(), value);
    }

    private double x(double value) {
        return left + (value - first) / (last - first) * (right - left);
    }

    private double clamped(double value) {
        return Math.max(LEFT, Math.min(WIDTH - RIGHT, x(value)));
    }

    private static double roundedUp(double peak) {
        double power = Math.pow(10, Math.floor(Math.log10(peak)));
        for (double factor : new double[] {1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8}) {
            if (factor * power >= peak) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** The same bars, as small as a word. */
    static String sparkline(List<Long> counts) {
        long peak = Math.max(1, counts.stream().mapToLong(Long::longValue).max().orElse(1));
        double width = 100.0 / counts.size();
        StringBuilder svg = new StringBuilder("<svg class=\"spark\" viewBox=\"0 0 100 22\" aria-hidden=\"true\">");
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) > 0) {
                double height = Math.max(1, 22.0 * counts.get(i) / peak);
                svg.append(format(
                        "<rect class=\"bar\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
                        number(i * width), number(22 - height), number(Math.min(14, width * 0.86)), number(height)));
            }
        }
        return svg.append("</svg>").toString();
    }

    /** A bar that is filled by {@code part}, 0 to 1. */
    static String meter(double part) {
        return format(
                "<svg class=\"meter\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                        + "<rect class=\"rail\" width=\"100\" height=\"6\"/><rect class=\"bar\" width=\"%s\" height=\"6\"/></svg>",
                number(100 * part));
    }

    private static String number(double value) {
        String text = format("%.2f", value);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
