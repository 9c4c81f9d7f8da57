package dev.tidings.json;

import jakarta.json.spi.JsonProvider;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes {@code application/problem+json} (RFC 9457). */
public final class ProblemJson {
    private static final JsonProvider JSON = JsonProvider.provider();

    private ProblemJson() {}

    /**
     * The object as UTF-8.
     *
     * @param type a short name that programs can compare
     * @param members further members: strings, numbers, booleans, lists and maps of these
     */
    public static byte[] encode(String type, String title, int status, String detail, Map<String, Object> members) {
        var object = JSON.createObjectBuilder()
                .add("type", type)
                .add("title", title)
                .add("status", status)
                .add("detail", detail);
        object.addAll(JSON.createObjectBuilder(members));
        return object.build().toString().getBytes(StandardCharsets.UTF_8);
    }
}
