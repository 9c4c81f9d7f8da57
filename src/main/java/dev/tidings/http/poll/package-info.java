/**
 * Long poll: the same subscription as an event stream has, with an outlet that answers once.
 *
 * <p>May import {@code feed}, {@code log}, {@code job}, {@code json}, {@code time} and {@code http}.
 */
@NullMarked
package dev.tidings.http.poll;

import org.jspecify.annotations.NullMarked;
