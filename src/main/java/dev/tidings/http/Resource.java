package dev.tidings.http;

/**
 * Answers requests of one method to one path.
 *
 * <p>Threads: called on a container thread, at once for many requests; must not block. What needs the store goes to
 * {@link Exchange#store}. Whatever is thrown is answered as problem+json.
 */
@FunctionalInterface
public interface Resource {
    /** Takes the exchange, to {@link Exchange#answer answer} it now or later. */
    void handle(Exchange exchange) throws Exception;
}
