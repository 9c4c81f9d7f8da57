/**
 * Time as an argument: a clock that tests can turn and one timer for all that waits.
 *
 * <p>Imports {@code java.base} only.
 */
@NullMarked
package dev.tidings.time;

import org.jspecify.annotations.NullMarked;
