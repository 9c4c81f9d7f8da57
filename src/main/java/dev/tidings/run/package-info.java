/**
 * Runs jobs: claims, runs, cancels, retries and hands over attempts, keeps their leases, and takes in what external
 * workers report.
 *
 * <p>Imports {@code job}, {@code log}, {@code json} and {@code time}. Threads come in as executors. Handlers run on
 * {@code jobs} and may block for as long as they like. {@code store} threads block in the store and are never interrupted.
 * No job thread ever enters the store.
 *
 * <pre>
 *   Runner --&gt; LeaseReaper --&gt; ClaimLoop --&gt; Attempts --&gt; Attempt --&gt; AttemptContext --&gt; AttemptLog
 *      +-----&gt; Leases ------------^   ^                                  +--&gt; ProgressThrottle --^
 * </pre>
 *
 * <p>Choices (2026-11-24, 2026-11-30):
 *
 * <ul>
 *   <li>An attempt owns its job by the claim in the job's row. All its events go through one
 *       {@link dev.tidings.run.AttemptLog}, one numbered write at a time, each decided under the row's lock. So a commit
 *       that ended without an answer is recognised when it is tried again, and an attempt that is over writes nothing.
 *   <li>How an attempt ends (retry, failed, cancelled, queued again) is decided under that lock too. So a cancellation in
 *       the last moment counts.
 *   <li>An artifact is announced a moment after its stream was closed, or with the handler's next event. A handler that
 *       throws inside try-with-resources closes a half-written stream, and readers must not see that.
 *   <li>A claim that this node holds in the store but does not run is queued again at the second renewal that shows it.
 *       Its commit ended without an answer.
 *   <li>An attempt that ignores its interruption is abandoned after a grace: its job ends and its slot is free. Each
 *       abandoned attempt keeps a thread, so their number is bounded.
 *   <li>All that repeats is a {@link dev.tidings.time.Loop}. A failing store costs one log line a loop.
 * </ul>
 */
@NullMarked
package dev.tidings.run;

import org.jspecify.annotations.NullMarked;
