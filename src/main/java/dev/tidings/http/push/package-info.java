/**
 * HTTP/2 server push of artifacts (contract §5.3): the bytes first, then the event that announces them.
 *
 * <p>Choices (2026-11-24): only who asks by {@code ?push=true} gets it, since browsers have dropped it and others pay for
 * bytes they may not want. Where container, connection or client have no push, nothing here does anything.
 */
@NullMarked
package dev.tidings.http.push;

import org.jspecify.annotations.NullMarked;
