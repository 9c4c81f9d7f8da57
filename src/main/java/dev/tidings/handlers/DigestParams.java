package dev.tidings.handlers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code digest} job is asked for.
 *
 * @param algorithms names as {@link java.security.MessageDigest} knows them; SHA-256 alone when missing or empty
 */
public record DigestParams(@Nullable List<String> algorithms) {
    /** The names to use: what was asked for, else the default. */
    List<String> algorithmsOrDefault() {
        return algorithms == null || algorithms.isEmpty() ? List.of("SHA-256") : algorithms;
    }
}
