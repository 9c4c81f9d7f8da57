package dev.tidings.handlers.csv;

import dev.tidings.job.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A profile as JSON: all of it, and a summary small enough for an event.
 *
 * <p>Shape: numbers are numbers, instants ISO-8601 strings; what does not apply to a column is absent. {@code min} and
 * {@code max} are numbers, instants or texts as the type is; texts are cut after {@value Column#KEPT_CHARS} characters.
 */
final class ProfileJson {
    /** The most that the columns of a summary take, in UTF-8. */
    private static final int SUMMARY_BYTES = 10_000;

    private static final MathContext DIGITS = new MathContext(15);
    private static final JsonProvider JSON = JsonProvider.provider();

    private ProfileJson() {}

    /** Writes everything to {@code out}, which stays open. */
    static void write(FileProfile profile, OutputStream out) {
        JsonGenerator generator = JSON.createGeneratorFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true))
                .createGenerator(out);
        generator.writeStartObject();
        file(profile).build().forEach(generator::write);
        generator.writeStartArray("columns");
        for (ColumnProfile column : profile.table().columns()) {
            generator.write(column(column));
        }
        generator.writeEnd();
        generator.writeEnd();
        // Not closed, since that would close the stream too.
        generator.flush();
    }

    /** The main figures; columns that would make it too long are only counted. */
    static Json summary(FileProfile profile) {
        List<ColumnProfile> all = profile.table().columns();
        JsonArrayBuilder columns = JSON.createArrayBuilder();
        int bytes = 0;
        int taken = 0;
        for (ColumnProfile column : all) {
            JsonObject figures = mainFigures(column).build();
            bytes += figures.toString().getBytes(StandardCharsets.UTF_8).length + 1;
            if (bytes > SUMMARY_BYTES) {
                break;
            }
            columns.add(figures);
            taken++;
        }
        JsonObjectBuilder summary = JSON.createObjectBuilder()
                .add("rows", profile.table().rows())
                .add("raggedRows", profile.table().ragged().rows())
                .add("columnCount", all.size())
                .add("charset", profile.charset())
                .add("delimiter", String.valueOf(profile.dialect().delimiter()))
                .add("header", profile.table().header())
                .add("columns", columns);
        if (taken < all.size()) {
            summary.add("columnsOmitted", all.size() - taken);
        }
        return new Json(summary.build().toString());
    }

    private static JsonObjectBuilder file(FileProfile profile) {
        TableProfile table = profile.table();
        JsonArrayBuilder first = JSON.createArrayBuilder();
        for (TableProfile.OddRow row : table.ragged().first()) {
            first.add(JSON.createObjectBuilder().add("row", row.row()).add("fields", row.fields()));
        }
        return JSON.createObjectBuilder()
                .add("file", Text.shown(profile.name(), 300))
                .add("bytes", profile.size())
                .add("charset", profile.charset())
                .add("byteOrderMark", profile.bom())
                .add("bytesNotUtf8", profile.patchedBytes())
                .add("delimiter", String.valueOf(profile.dialect().delimiter()))
                .add("delimiterDetected", profile.dialect().detected())
                .add("header", table.header())
                .add("rows", table.rows())
                .add("raggedRows", table.ragged().rows())
                .add(
                        "ragged",
                        JSON.createObjectBuilder()
                                .add("shorter", table.ragged().shorter())
                                .add("longer", table.ragged().longer())
                                .add("first", first))
                .add("notes", strings(table.notes()))
                .add("columnCount", table.columns().size());
    }

    private static JsonObjectBuilder mainFigures(ColumnProfile column) {
        JsonObjectBuilder json = JSON.createObjectBuilder()
                .add("name", column.name())
                .add("type", column.type().word())
                .add("nulls", column.nulls())
                .add("distinct", column.distinct());
        if (column.distinctApproximate()) {
            json.add("distinctApproximate", true);
        }
        Spread spread = column.spread();
        if (spread != null) {
            json.add("min", min(spread)).add("max", max(spread)).add("mean", figure(spread, spread.mean()));
            json.add("quantiles", quantiles(spread));
        } else if (column.texts() != null) {
            json.add("min", column.texts().min()).add("max", column.texts().max());
        }
        return json;
    }

    private static JsonObject column(ColumnProfile column) {
        JsonObjectBuilder json = JSON.createObjectBuilder().add("position", column.position());
        mainFigures(column).build().forEach(json::add);
        json.add("values", column.values()).add("distinctApproximate", column.distinctApproximate());
        Spread spread = column.spread();
        if (spread != null) {
            json.add("quantilesApproximate", spread.approximate());
            if (!spread.scale().temporal()) {
                json.add("standardDeviation", number(spread.deviation()));
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
            json.add("histogram", histogram(column.histogram(), spread));
        }
        if (!column.top().isEmpty()) {
            json.add("top", top(column.top())).add("topApproximate", column.topApproximate());
        }
        if (column.exceptions() > 0) {
            json.add("exceptions", column.exceptions());
            json.add("exceptionExamples", strings(column.exceptionExamples()));
        }
        return json.add("examples", strings(column.examples())).build();
    }

    private static JsonObjectBuilder quantiles(Spread spread) {
        JsonObjectBuilder json = JSON.createObjectBuilder();
        for (int i = 0; i < Spread.NAMES.size(); i++) {
            json.add(Spread.NAMES.get(i), figure(spread, spread.quantiles().get(i)));
        }
        return json;
    }

    private static JsonObjectBuilder histogram(Histogram histogram, @Nullable Spread spread) {
        JsonArrayBuilder ranges = JSON.createArrayBuilder();
        for (int i = 0; i < histogram.counts().size(); i++) {
            double from = histogram.edges().get(i);
            double to = histogram.edges().get(i + 1);
            ranges.add(JSON.createObjectBuilder()
                    .add("from", spread == null ? number(from) : figure(spread, from))
                    .add("to", spread == null ? number(to) : figure(spread, to))
                    .add("count", histogram.counts().get(i)));
        }
        return JSON.createObjectBuilder()
                .add("of", spread == null ? "length" : "value")
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

    private static JsonArrayBuilder strings(List<String> texts) {
        JsonArrayBuilder json = JSON.createArrayBuilder();
        texts.forEach(json::add);
        return json;
    }

    private static JsonValue min(Spread spread) {
        return spread.exactMin() == null ? figure(spread, spread.min()) : JSON.createValue(plain(spread.exactMin()));
    }

    private static JsonValue max(Spread spread) {
        return spread.exactMax() == null ? figure(spread, spread.max()) : JSON.createValue(plain(spread.exactMax()));
    }

    private static JsonValue figure(Spread spread, double value) {
        return spread.scale().temporal() && Double.isFinite(value)
                ? JSON.createValue(spread.scale().iso(value))
                : number(value);
    }

    private static JsonValue number(double value) {
        if (!Double.isFinite(value)) {
            return JsonValue.NULL;
        }
        return JSON.createValue(plain(BigDecimal.valueOf(value).round(DIGITS)));
    }

    /** Without zeros at the end, and without an exponent where that is readable. */
    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 && stripped.scale() > -20 ? stripped.setScale(0) : stripped;
    }
}
