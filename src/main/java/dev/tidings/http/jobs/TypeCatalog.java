package dev.tidings.http.jobs;

import dev.tidings.job.JobType;
import dev.tidings.json.JobJson;
import dev.tidings.json.ParamsSchema;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The job types that can be submitted, with their schemas. Immutable. */
public final class TypeCatalog {
    private final Map<String, JobType<?>> types = new LinkedHashMap<>();
    private final Map<String, ParamsSchema> schemas = new LinkedHashMap<>();
    private final byte[] json;

    /**
     * Reads the schemas.
     *
     * @throws IllegalArgumentException when a schema is none
     */
    public TypeCatalog(Collection<JobType<?>> all) {
        for (JobType<?> type : all) {
            types.put(type.name(), type);
            schemas.put(type.name(), new ParamsSchema(type.schema()));
        }
        json = JobJson.types(types.values(), schemas);
    }

    Optional<JobType<?>> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    Optional<ParamsSchema> schema(String name) {
        return Optional.ofNullable(schemas.get(name));
    }

    /** The names, for a person. */
    String names() {
        return String.join(", ", types.keySet());
    }

    /** {@code {"types": […]}} as UTF-8. */
    byte[] json() {
        return json;
    }
}
