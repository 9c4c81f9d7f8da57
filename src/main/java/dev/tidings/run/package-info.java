/**
 * Runs jobs: claims, runs, cancels, retries and hands over attempts, keeps their leases, and takes in what external
 * workers report.
 *
 * <p>Imports {@code job}, {@code log} and {@code time}. Threads come in as executors: {@code jobs}, where handlers run
 * and may block for as long as they like, and {@code store}, whose threads block in the store and are never
 * interrupted. No thread of the first kind ever enters the store.
 *
 * <p>Choices (2026-11-24):
 *
 * <ul>
 *   <li>An attempt owns its job by the claim in the job's row. All that it has to say goes through one
 *       {@link dev.tidings.run.AttemptLog}, one numbered write at a time, each decided under the row's lock: so a commit
 *       that ended without an answer is recognised when it is tried again, and an attempt that is over writes nothing.
 *   <li>How an attempt ends (retry, failed, cancelled, put back) is decided under that lock too, so that a cancellation
 *       which came in the last moment counts.
 *   <li>An artifact is announced a moment after its stream was closed, or with what the handler says next: a handler
 *       that throws inside try-with-resources closes a half-written stream, and that must not be seen.
 *   <li>A claim that this node holds in the store but does not run (its commit ended without an answer, or a former
 *       process of the same name made it) is given back at the second renewal that shows it.
 * </ul>
 */
@NullMarked
package dev.tidings.run;

import org.jspecify.annotations.NullMarked;
