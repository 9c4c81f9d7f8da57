package dev.tidings.http.jobs;

import dev.tidings.job.JobType;
import dev.tidings.job.Json;
import dev.tidings.job.PermanentFailure;
import dev.tidings.json.Fault;
import dev.tidings.json.JobJson;
import dev.tidings.json.ParamsSchema;
import dev.tidings.run.Binding;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The job types that can be submitted, with their schemas. Immutable. */
public final class TypeCatalog {
    private static final String NO_PARAMS = "These parameters are not valid for this job type.";

    private final Map<String, JobType<?>> types = new LinkedHashMap<>();
    private final Map<String, ParamsSchema> schemas = new LinkedHashMap<>();
    private final Binding binding;
    private final byte[] json;

    /**
     * Reads the schemas.
     *
     * @param binding makes a handler's parameters of JSON
     * @throws IllegalArgumentException when a schema is none
     */
    public TypeCatalog(Collection<JobType<?>> all, Binding binding) {
        this.binding = binding;
        for (JobType<?> type : all) {
            types.put(type.name(), type);
            schemas.put(type.name(), new ParamsSchema(type.schema()));
        }
        json = JobJson.types(types.values(), schemas);
    }

    Optional<JobType<?>> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    /**
     * What is wrong with parameters: what the schema says, or else what the record that they become says of itself.
     *
     * @param type of {@link #type}
     * @return empty when nothing is
     */
    List<Fault> faults(JobType<?> type, Json params) {
        List<Fault> faults = Objects.requireNonNull(schemas.get(type.name())).faults(params);
        if (!faults.isEmpty()) {
            return faults;
        }
        try {
            binding.read(params, type.params());
            return faults;
        } catch (IllegalArgumentException | PermanentFailure refused) {
            String why = refused.getMessage();
            return List.of(new Fault("/params", why == null ? NO_PARAMS : why));
        } catch (RuntimeException unreadable) {
            return List.of(new Fault("/params", NO_PARAMS));
        }
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
