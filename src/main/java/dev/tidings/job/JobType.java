package dev.tidings.job;

/**
 * What a handler says of the jobs that it runs.
 *
 * @param <P> the parameters as Java sees them: a public record with boxed components, since a missing number would
 *     arrive as 0; read from JSON by JSON-B after the schema has been checked; what its constructor throws
 *     ({@link IllegalArgumentException} or {@link PermanentFailure}) refuses the job when it is submitted
 * @param name names the type in requests: {@code [a-z0-9-]{1,64}}
 * @param title for a list a person picks from
 * @param description one or two sentences
 * @param params the class of the parameters
 * @param schema the JSON Schema (2020-12) of the parameters, as text; the portal page makes a form of it
 * @param minInputs fewest input files, 0 or more
 * @param maxInputs most input files
 */
public record JobType<P>(
        String name, String title, String description, Class<P> params, String schema, int minInputs, int maxInputs) {

    public JobType {
        if (!name.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("a job type's name is [a-z0-9-]{1,64}, not '" + name + "'");
        }
        if (minInputs < 0 || maxInputs < minInputs) {
            throw new IllegalArgumentException("inputs of " + name + ": " + minInputs + " to " + maxInputs);
        }
    }
}
