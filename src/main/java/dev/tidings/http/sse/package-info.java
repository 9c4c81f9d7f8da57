/**
 * Server-sent events: the frames of WHATWG HTML §9.2 and the outlet that writes them without blocking.
 *
 * <p>May import {@code feed}, {@code log}, {@code job}, {@code json}, {@code time} and {@code http}.
 */
@NullMarked
package dev.tidings.http.sse;

import org.jspecify.annotations.NullMarked;
