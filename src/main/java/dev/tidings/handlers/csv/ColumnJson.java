package dev.tidings.handlers.csv;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column's profile as JSON.
 *
 * <p>Shape: numbers are numbers, instants ISO-8601 strings; what does not apply to a column is absent. {@code min} and
 * {@code max} are numbers, instants or texts as the type is; texts are cut after {@value Column#KEPT_CHARS} characters.
 */
final class ColumnJson {
    private static final JsonProvider JSON = JsonProvider.provider();

    private ColumnJson() {}

    /** The main figures. */
    static JsonObjectBuilder mainFigures(ColumnProfile column) {
        JsonObjectBuilder json = JSON.createObjectBuilder()
                .add("name", column.name())
                .add("type", column.type().word())
                .add("nulls", column.nulls());
        if (!column.nullTokens().isEmpty()) {
            JsonObjectBuilder tokens = JSON.createObjectBuilder();
            column.nullTokens().forEach(tokens::add);
            json.add("nullTokens", tokens);
        }
        json.add("distinct", column.distinct());
        if (column.distinctApproximate()) {
            json.add("distinctApproximate", true);
        }
        Distribution distribution = column.distribution();
        if (distribution != null) {
            json.add("min", min(distribution))
                    .add("max", max(distribution))
                    .add("mean", figure(distribution, distribution.mean()));
            json.add("quantiles", quantiles(distribution));
        } else if (column.texts() != null) {
            json.add("min", column.texts().min()).add("max", column.texts().max());
        }
        ColumnProfile.Booleans booleans = column.booleans();
        if (booleans != null) {
            json.add("true", booleans.trueCount()).add("false", booleans.falseCount());
        }
        addWritten(json, column.written());
        if (column.exceptions() > 0) {
            json.add("exceptions", column.exceptions());
        }
        return json;
    }

    private static void addWritten(JsonObjectBuilder json, ColumnProfile.Written written) {
        add(json, "unit", written.unit());
        add(json, "decimal", written.decimal());
        add(json, "thousands", written.thousands());
        add(json, "dateOrder", written.dateOrder());
    }

    private static void add(JsonObjectBuilder json, String name, @Nullable String value) {
        if (value != null) {
            json.add(name, value);
        }
    }

    /** Everything. */
    static JsonObject all(ColumnProfile column) {
        JsonObjectBuilder json = JSON.createObjectBuilder().add("position", column.position());
        mainFigures(column).build().forEach(json::add);
        json.add("values", column.values()).add("distinctApproximate", column.distinctApproximate());
        Distribution distribution = column.distribution();
        if (distribution != null) {
            json.add("quantilesApproximate", distribution.approximate());
            if (!distribution.scale().temporal()) {
                json.add("standardDeviation", number(distribution.deviation()));
            }
        }
        ColumnProfile.Texts texts = column.texts();
        if (texts != null) {
            json.add(
                    "length",
                    JSON.createObjectBuilder()
                            .add("min", texts.minLength())
                            .add("mean", number(texts.meanLength()))
                            .add("max", texts.maxLength()));
        }
        if (column.histogram() != null) {
            json.add("histogram", histogram(column.histogram(), distribution));
        }
        if (!column.top().isEmpty()) {
            json.add("top", top(column.top())).add("topApproximate", column.topApproximate());
        }
        if (column.exceptions() > 0) {
            json.add("exceptionExamples", strings(column.exceptionExamples()));
        }
        if (!column.notes().isEmpty()) {
            json.add("notes", strings(column.notes()));
        }
        return json.add("examples", strings(column.examples())).build();
    }

    private static JsonObjectBuilder quantiles(Distribution distribution) {
        JsonObjectBuilder json = JSON.createObjectBuilder();
        List<BigDecimal> exact = distribution.exactQuantiles();
        for (int i = 0; i < Distribution.NAMES.size(); i++) {
            json.add(
                    Distribution.NAMES.get(i),
                    exact.isEmpty()
                            ? figure(distribution, distribution.quantiles().get(i))
                            : JSON.createValue(exact.get(i)));
        }
        return json;
    }

    private static JsonObjectBuilder histogram(Histogram histogram, @Nullable Distribution distribution) {
        JsonArrayBuilder ranges = JSON.createArrayBuilder();
        for (int i = 0; i < histogram.counts().size(); i++) {
            double from = histogram.edges().get(i);
            double to = histogram.edges().get(i + 1);
            ranges.add(JSON.createObjectBuilder()
                    .add("from", distribution == null ? number(from) : figure(distribution, from))
                    .add("to", distribution == null ? number(to) : figure(distribution, to))
                    .add("count", histogram.counts().get(i)));
        }
        return JSON.createObjectBuilder()
                .add("of", distribution == null ? "length" : "value")
                .add("approximate", histogram.approximate())
                .add("below", histogram.below())
                .add("ranges", ranges)
                .add("above", histogram.above());
    }

    private static JsonArrayBuilder top(List<ColumnProfile.Frequent> values) {
        JsonArrayBuilder json = JSON.createArrayBuilder();
        for (ColumnProfile.Frequent value : values) {
            json.add(JSON.createObjectBuilder().add("value", value.value()).add("count", value.count()));
        }
        return json;
    }

    static JsonArrayBuilder strings(List<String> texts) {
        JsonArrayBuilder json = JSON.createArrayBuilder();
        texts.forEach(json::add);
        return json;
    }

    private static JsonValue min(Distribution distribution) {
        return end(distribution, distribution.min(), distribution.exactMin());
    }

    private static JsonValue max(Distribution distribution) {
        return end(distribution, distribution.max(), distribution.exactMax());
    }

    private static JsonValue end(Distribution distribution, double value, @Nullable BigDecimal exact) {
        return exact == null ? figure(distribution, value) : JSON.createValue(plain(exact));
    }

    private static JsonValue figure(Distribution distribution, double value) {
        return distribution.scale().temporal() && Double.isFinite(value)
                ? JSON.createValue(distribution.scale().iso(value))
                : number(value);
    }

    /** As few digits as tell it from other doubles: up to 17. */
    private static JsonValue number(double value) {
        return Double.isFinite(value) ? JSON.createValue(plain(BigDecimal.valueOf(value))) : JsonValue.NULL;
    }

    /** Without zeros at the end, and without an exponent where that is readable. */
    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 && stripped.scale() > -20 ? stripped.setScale(0) : stripped;
    }
}
