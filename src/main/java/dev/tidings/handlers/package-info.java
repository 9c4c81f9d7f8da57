/**
 * The job types that come along: {@code digest}, {@code csv-profile} and {@code countdown} (contract §12).
 *
 * <p>Handlers see {@code dev.tidings.job} and the libraries that their work needs, exactly like a customer's own; they
 * are found through {@code META-INF/services}. They start no threads and keep nothing between jobs.
 *
 * <p>Choices (2026-11-24): parameters are records that fill in their defaults; a value that the schema cannot refuse is
 * refused at the beginning of {@code run} by a {@link dev.tidings.job.PermanentFailure}, because an exception in a
 * record's constructor would reach the user as JSON-B's. A handler that must stop throws
 * {@link java.lang.InterruptedException}, also when it learns of the cancellation by asking.
 */
@NullMarked
package dev.tidings.handlers;

import org.jspecify.annotations.NullMarked;
