package dev.tidings.json;

import dev.tidings.job.Artifact;
import dev.tidings.job.Json;
import dev.tidings.job.Problem;
import dev.tidings.job.Progress;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of a job that a store keeps as JSON in the job's row, written and read back. */
public final class RowJson {
    private static final JsonReaderFactory READERS = Jsons.PROVIDER.createReaderFactory(Map.of());

    private static final List<String> PROBLEM = List.of("type", "title", "detail");

    private RowJson() {}

    /** Writes a progress. */
    public static String text(Progress progress) {
        var line = new JsonLine().open('{');
        EventJson.members(line, progress);
        return line.close('}').toString();
    }

    /** Writes a problem. */
    public static String text(Problem problem) {
        var line = new JsonLine();
        EventJson.object(line, problem);
        return line.toString();
    }

    /** Writes artifacts, with their versions. */
    public static String text(List<Artifact> artifacts) {
        var line = new JsonLine().open('[');
        for (Artifact artifact : artifacts) {
            line.open('{');
            EventJson.members(line, artifact);
            line.name("version").value(artifact.version()).close('}');
        }
        return line.close(']').toString();
    }

    /** Reads what {@link #text(Progress)} wrote. */
    public static Progress progress(String json) {
        JsonObject object = read(json).asJsonObject();
        String eta = string(object, "eta");
        return new Progress(
                number(object, "done"),
                number(object, "total"),
                string(object, "unit"),
                object.get("percent") instanceof JsonNumber percent ? (Double) percent.doubleValue() : null,
                string(object, "stage"),
                string(object, "message"),
                eta == null ? null : Instant.parse(eta));
    }

    /** Reads what {@link #text(Problem)} wrote. */
    public static Problem problem(String json) {
        JsonObject object = read(json).asJsonObject();
        return new Problem(
                object.getString("type"), object.getString("title"), object.getString("detail"), more(object));
    }

    /** What a problem has beside the three members that each has. */
    static Json more(JsonObject problem) {
        var more = Jsons.PROVIDER.createObjectBuilder(problem);
        PROBLEM.forEach(more::remove);
        return new Json(more.build().toString());
    }

    /** Reads what {@link #text(List)} wrote. */
    public static List<Artifact> artifacts(String json) {
        return read(json).asJsonArray().getValuesAs(RowJson::artifact);
    }

    private static Artifact artifact(JsonValue value) {
        JsonObject object = value.asJsonObject();
        return new Artifact(
                object.getString("name"),
                object.getString("mediaType"),
                object.getJsonNumber("size").longValueExact(),
                object.getString("etag"),
                object.getString("version"));
    }

    private static JsonValue read(String json) {
        try (JsonReader reader = READERS.createReader(new StringReader(json))) {
            return reader.readValue();
        }
    }

    private static @Nullable String string(JsonObject object, String name) {
        return object.get(name) instanceof JsonString text ? text.getString() : null;
    }

    private static @Nullable Long number(JsonObject object, String name) {
        return object.get(name) instanceof JsonNumber number ? (Long) number.longValueExact() : null;
    }
}
