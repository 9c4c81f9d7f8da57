package dev.tidings.client;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event of a job's log. Types and fields are the contract's; unknown ones may come and should be passed over.
 *
 * @param seq its number in the log
 * @param job the job's id
 * @param type {@code queued}, {@code started}, {@code progress}, {@code log}, {@code artifact}, {@code cancelling}, {@code retrying},
 *     {@code succeeded}, {@code failed}, {@code cancelled} or {@code snapshot}
 * @param json the whole event
 */
public record JobEvent(long seq, String job, String type, JsonObject json) {
    private static final Set<String> TERMINAL = Set.of("succeeded", "failed", "cancelled");

    /** Reads an event; null when it is none. */
    static @Nullable JobEvent of(JsonObject json) {
        long seq = JsonFields.number(json, "seq");
        return seq >= 0
                        && json.get("job") instanceof JsonString job
                        && json.get("type") instanceof JsonString type
                        && (!type.getString().equals("snapshot") || JsonFields.object(json, "state") != null)
                ? new JobEvent(seq, job.getString(), type.getString(), json)
                : null;
    }

    static boolean terminal(String state) {
        return TERMINAL.contains(state);
    }

    /** Whether it is made for one reader in the place of what that reader can't be told: {@code state} has the whole job. */
    public boolean snapshot() {
        return type.equals("snapshot");
    }

    /** Whether the reader's cursor could not be honoured: what is known of the job is to be forgotten. */
    public boolean reset() {
        return snapshot() && json.getBoolean("reset", false);
    }

    /** Whether nothing comes after it. */
    public boolean terminal() {
        return terminal(state());
    }

    /** The state of the job that it tells: {@code succeeded}, {@code failed}, {@code cancelled}, of a snapshot the job's, else its type. */
    public String state() {
        JsonObject state = snapshot() ? JsonFields.object(json, "state") : null;
        return state == null ? type : state.getString("state", "");
    }
}
