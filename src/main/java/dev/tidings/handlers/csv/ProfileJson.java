package dev.tidings.handlers.csv;

import dev.tidings.job.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A profile as JSON: all of it, and a summary small enough for an event.
 */
final class ProfileJson {
    /** The most that the columns of a summary take, in UTF-8. */
    private static final int SUMMARY_BYTES = 10_000;

    /** The most that the notes of a summary take, in UTF-8. */
    private static final int NOTES_BYTES = 6_000;

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
            generator.write(ColumnJson.all(column));
        }
        generator.writeEnd();
        generator.writeEnd();
        // Not closed, since that would close the stream too.
        generator.flush();
    }

    /** The main figures; columns and notes that would make it too long are only counted. */
    static Json summary(FileProfile profile) {
        List<ColumnProfile> all = profile.table().columns();
        JsonArrayBuilder columns = JSON.createArrayBuilder();
        int bytes = 0;
        int taken = 0;
        for (ColumnProfile column : all) {
            JsonObject figures = ColumnJson.mainFigures(column).build();
            bytes += bytes(figures.toString());
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
                .add("charsetGuessed", profile.charsetGuessed())
                .add("undecodableBytes", profile.undecodableBytes())
                .add("delimiter", String.valueOf(profile.format().delimiter()))
                .add("header", profile.table().header());
        addNotes(summary, profile.notes());
        summary.add("columns", columns);
        if (taken < all.size()) {
            summary.add("columnsOmitted", all.size() - taken);
        }
        return new Json(summary.build().toString());
    }

    private static void addNotes(JsonObjectBuilder summary, List<String> notes) {
        JsonArrayBuilder kept = JSON.createArrayBuilder();
        int bytes = 0;
        int taken = 0;
        for (String note : notes) {
            bytes += bytes(note);
            if (bytes > NOTES_BYTES) {
                break;
            }
            kept.add(note);
            taken++;
        }
        summary.add("notes", kept);
        if (taken < notes.size()) {
            summary.add("notesOmitted", notes.size() - taken);
        }
    }

    private static int bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8).length + 3;
    }

    private static JsonObjectBuilder file(FileProfile profile) {
        TableProfile table = profile.table();
        JsonArrayBuilder first = JSON.createArrayBuilder();
        for (TableProfile.OddRow row : table.ragged().first()) {
            first.add(JSON.createObjectBuilder().add("row", row.row()).add("fields", row.fields()));
        }
        return JSON.createObjectBuilder()
                .add("file", SafeText.shown(profile.name(), 300))
                .add("bytes", profile.size())
                .add("charset", profile.charset())
                .add("charsetGuessed", profile.charsetGuessed())
                .add("byteOrderMark", profile.marked())
                .add("undecodableBytes", profile.undecodableBytes())
                .add("bytesNotUtf8", profile.bytesNotUtf8())
                .add("delimiter", String.valueOf(profile.format().delimiter()))
                .add("delimiterDetected", profile.delimiterDetected())
                .add(
                        "escape",
                        profile.format().escapes()
                                ? String.valueOf(profile.format().escape())
                                : "none")
                .add("header", table.header())
                .add("rowsAboveHeader", table.skippedRows())
                .add("blankLines", table.blankLines())
                .add("rows", table.rows())
                .add("raggedRows", table.ragged().rows())
                .add(
                        "ragged",
                        JSON.createObjectBuilder()
                                .add("shorter", table.ragged().shorter())
                                .add("longer", table.ragged().longer())
                                .add("first", first))
                .add("notes", ColumnJson.strings(profile.notes()))
                .add("columnCount", table.columns().size());
    }
}
