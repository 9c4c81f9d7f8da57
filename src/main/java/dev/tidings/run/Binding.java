package dev.tidings.run;

import dev.tidings.job.Json;
import org.jspecify.annotations.Nullable;

/**
 * Between JSON and the records of handlers.
 *
 * <p>Threads: any.
 */
public interface Binding {
    /**
     * Makes a handler's parameters of the submitted ones.
     *
     * @throws RuntimeException when they do not fit; the message is for the user
     */
    <P> P read(Json params, Class<P> type);

    /**
     * Makes JSON of a handler's result; {@link Json} is taken as it is, and null is {@code null}.
     *
     * @throws RuntimeException when it cannot be JSON
     */
    Json write(@Nullable Object result);
}
