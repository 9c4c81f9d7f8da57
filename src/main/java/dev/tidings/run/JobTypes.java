package dev.tidings.run;

import dev.tidings.job.JobHandler;
import dev.tidings.job.JobType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The job types that this node knows, by name, and who runs them. Immutable. */
public final class JobTypes {
    /** Work that runs elsewhere and reports by HTTP (contract §8); it has no handler. */
    public static final JobType<External> EXTERNAL = new JobType<>(
            "external",
            "External work",
            "Work that runs elsewhere and reports progress and result by HTTP.",
            External.class,
            """
            {"type": "object", "properties": {"worker": {"type": "string", "title": "Worker", \
            "description": "Who should do it: words, or a name that workers look for", "maxLength": 200}}, \
            "additionalProperties": false}""",
            0,
            0);

    /**
     * Parameters of external work.
     *
     * @param worker who is to do it; null for anybody
     */
    public record External(@Nullable String worker) {}

    private final SortedMap<String, JobType<?>> types = new TreeMap<>();
    private final SortedMap<String, JobHandler<?>> handlers = new TreeMap<>();

    private JobTypes() {}

    /**
     * Finds the handlers that a class loader sees.
     *
     * @param chosen which types to take: names, {@code *} for all, {@code -name} for all but this one
     * @param checkSchema throws, in words, when a text is not a JSON Schema
     * @throws IllegalStateException when a handler cannot be used, or a name in {@code chosen} is no type; the message
     *     says which and why
     */
    public static JobTypes load(ClassLoader loader, List<String> chosen, Consumer<String> checkSchema) {
        var found = new ArrayList<JobHandler<?>>();
        try {
            for (JobHandler<?> handler : ServiceLoader.load(JobHandler.class, loader)) {
                found.add(handler);
            }
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException("a job handler cannot be loaded: " + e.getMessage(), e);
        }
        return of(found, checkSchema).only(chosen);
    }

    /**
     * The same for handlers at hand.
     *
     * @throws IllegalStateException when a handler cannot be used; the message says which and why
     */
    public static JobTypes of(Collection<? extends JobHandler<?>> handlers, Consumer<String> checkSchema) {
        var all = new JobTypes();
        all.types.put(EXTERNAL.name(), EXTERNAL);
        for (JobHandler<?> handler : handlers) {
            all.add(handler, checkSchema);
        }
        return all;
    }

    /** These types without those that were not chosen. The later of two words about a type counts. */
    JobTypes only(List<String> chosen) {
        var names = new TreeSet<String>();
        for (String word : chosen) {
            String name = word.startsWith("-") ? word.substring(1) : word;
            if (word.equals("*")) {
                names.addAll(types.keySet());
            } else if (word.startsWith("-")) {
                names.remove(name);
            } else if (types.containsKey(name)) {
                names.add(name);
            } else {
                throw new IllegalStateException("tidings.types names '" + name + "', but the job types here are "
                        + String.join(", ", types.keySet()));
            }
        }
        types.keySet().retainAll(names);
        handlers.keySet().retainAll(names);
        return this;
    }

    private void add(JobHandler<?> handler, Consumer<String> checkSchema) {
        JobType<?> type;
        try {
            type = handler.type();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "the job handler " + handler.getClass().getName() + " does not say its type: " + e.getMessage(), e);
        }
        if (types.containsKey(type.name())) {
            JobHandler<?> other = handlers.get(type.name());
            throw new IllegalStateException("two handlers for the job type '" + type.name() + "': "
                    + handler.getClass().getName() + " and "
                    + (other == null ? "the built-in one" : other.getClass().getName()));
        }
        try {
            checkSchema.accept(type.schema());
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "the schema of the job type '" + type.name() + "' is not a JSON Schema: " + e.getMessage(), e);
        }
        types.put(type.name(), type);
        handlers.put(type.name(), handler);
    }

    /** All types, sorted by name. */
    public List<JobType<?>> all() {
        return List.copyOf(types.values());
    }

    /** The type of that name. */
    public Optional<JobType<?>> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    /** Who runs jobs of that type; empty when nobody here does. */
    Optional<JobHandler<?>> handler(String type) {
        return Optional.ofNullable(handlers.get(type));
    }

    /** The names of the types that are run here. */
    Set<String> handled() {
        return Set.copyOf(handlers.keySet());
    }
}
