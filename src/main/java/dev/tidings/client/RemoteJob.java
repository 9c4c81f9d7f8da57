package dev.tidings.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as an answer showed it.
 *
 * @param id its id
 * @param state {@code queued}, {@code running}, {@code succeeded}, {@code failed} or {@code cancelled}
 * @param seq the newest event that this representation contains: the cursor to watch on from
 * @param json the whole representation
 */
public record RemoteJob(String id, String state, long seq, JsonObject json) {

    /** Reads a job; null when it is none. */
    static @Nullable RemoteJob of(@Nullable JsonObject json) {
        String id = json == null ? null : JsonFields.string(json, "id");
        String state = json == null ? null : JsonFields.string(json, "state");
        return json != null && id != null && state != null && JsonFields.number(json, "seq") >= 0
                ? new RemoteJob(id, state, JsonFields.number(json, "seq"), json)
                : null;
    }

    /** Whether it has ended. */
    public boolean terminal() {
        return JobEvent.terminal(state);
    }

    /** What it came to; {@link JsonValue#NULL} while there is nothing. */
    public JsonValue result() {
        return json.getOrDefault("result", JsonValue.NULL);
    }

    /** Why it failed, as RFC 9457 says; null when it did not. */
    public @Nullable JsonObject error() {
        return JsonFields.object(json, "error");
    }

    /** Its result files so far. */
    public List<RemoteArtifact> artifacts() {
        return json.get("artifacts") instanceof JsonArray array
                ? array.stream()
                        .filter(JsonObject.class::isInstance)
                        .map(each -> RemoteArtifact.of(each.asJsonObject()))
                        .toList()
                : List.of();
    }
}
