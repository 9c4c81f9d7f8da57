package dev.tidings.json;

import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.MessageProvider;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JakartaJsonNode;
import dev.tidings.job.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The JSON Schema of one job type's parameters.
 *
 * <p>Threads: any.
 */
public final class ParamsSchema {
    /** The most faults told at once. */
    private static final int MAX_FAULTS = 20;

    private final JsonObject schema;
    private final Validator validator;
    private final URI uri;

    /**
     * Reads a schema.
     *
     * @param text JSON Schema 2020-12
     * @throws IllegalArgumentException when it is not one
     */
    public ParamsSchema(String text) {
        try {
            schema = StrictJson.read(text).asJsonObject();
            validator = new ValidatorFactory()
                    .withJsonNodeFactory(new JakartaJsonNode.Factory())
                    .withMessageProvider(new Words())
                    .createValidator();
            uri = validator.registerSchema((Object) schema);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a JSON Schema: " + e.getMessage(), e);
        }
    }

    /** The schema itself. */
    JsonObject schema() {
        return schema;
    }

    /** What is wrong with {@code params}; empty when nothing is. Pointers begin with {@code /params}. */
    public List<Fault> faults(Json params) {
        return faults(StrictJson.read(params.text()));
    }

    List<Fault> faults(JsonValue params) {
        Validator.Result result;
        try {
            result = validator.validate(uri, (Object) params);
        } catch (StackOverflowError tooLongForAPattern) {
            return List.of(new Fault("/params", "A text in the parameters is too long."));
        }
        var faults = new ArrayList<Fault>();
        for (Error error : result.getErrors()) {
            if (faults.size() < MAX_FAULTS) {
                faults.add(new Fault("/params" + error.getInstanceLocation(), error.getError() + hint(error)));
            }
        }
        if (!result.isValid() && faults.isEmpty()) {
            faults.add(new Fault("/params", "The parameters do not match the schema of this job type."));
        }
        return faults;
    }

    /** What the schema says of the property, in its author's words. */
    private String hint(Error error) {
        var path = error.getInstanceLocation().split("/", -1);
        if (path.length == 2 && schema.get("properties") instanceof JsonObject properties) {
            var name = path[1].replace("~1", "/").replace("~0", "~");
            if (properties.get(name) instanceof JsonObject property && property.containsKey("description")) {
                return " " + property.getString("description", "");
            }
        }
        return "";
    }

    /** The validator's messages as sentences for whoever wrote the request. */
    private static final class Words implements MessageProvider {
        private final MessageProvider usual = MessageProvider.fromLocale(Locale.ENGLISH);

        @Override
        public String getMessage(String key, Object... args) {
            return switch (key) {
                case "falseSchema" -> "This parameter is unknown.";
                case "required" -> "Missing: " + listed(args) + ".";
                case "pattern" -> "This does not match the expected pattern.";
                default -> usual.getMessage(key, args) + ".";
            };
        }

        private static String listed(Object... args) {
            return args.length == 0 ? "a parameter" : String.valueOf(args[0]).replaceAll("[\\[\\]]", "");
        }
    }
}
