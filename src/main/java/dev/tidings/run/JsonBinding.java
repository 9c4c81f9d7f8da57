package dev.tidings.run;

import dev.tidings.job.Json;
import dev.tidings.job.PermanentFailure;
import dev.tidings.json.Jsons;
import dev.tidings.json.StrictJson;
import jakarta.json.bind.JsonbException;
import org.jspecify.annotations.Nullable;

/**
 * JSON by JSON-B. Every result is read once more, strictly, so that one which is no JSON, has line breaks or characters
 * that a database refuses harms no log.
 */
public final class JsonBinding implements Binding {
    @Override
    public <P> P read(Json params, Class<P> type) {
        if (type == Json.class) {
            return type.cast(params);
        }
        try {
            return Jsons.jsonb().fromJson(params.text(), type);
        } catch (JsonbException e) {
            throw said(e);
        }
    }

    /** What a record's constructor said of the parameters, where it did. */
    private static RuntimeException said(JsonbException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException refused && refused.getMessage() != null) {
                return refused;
            }
            if (cause instanceof PermanentFailure refused) {
                return refused;
            }
        }
        return failure;
    }

    @Override
    public Json write(@Nullable Object result) {
        if (result == null) {
            return new Json("null");
        }
        String text = result instanceof Json json ? json.text() : Jsons.jsonb().toJson(result);
        return new Json(StrictJson.read(text).toString());
    }
}
