/**
 * The log of every job: its words, its ports to the store, and the writer that groups what a node has to say.
 *
 * <p>A job has one log of entries with growing numbers. The store is the truth: nothing is shown before it is
 * committed, and a number that a reader has seen is never given to another event. Imports {@code job} and
 * {@code time}.
 *
 * <p>Choices (2026-11-24):
 *
 * <ul>
 *   <li>Every change of a job is a {@link dev.tidings.log.Write}: a decision taken <em>under the job's row lock</em>
 *       from the row as it is, which answers the events to append. So order is per job, whoever writes; an owner is
 *       fenced by comparing its claim in the decision; and a decision that is taken again after an ambiguous commit
 *       sees what was stored and appends nothing twice ({@link dev.tidings.log.JobRow#ordinal}).
 *   <li>The newest {@code progress} of a run lives in the job's row and joins the log only when another event follows
 *       it. That is compaction (only the last of a run is kept) without a delete, and a progress event costs one
 *       update in a group.
 *   <li>Leases are kept by the store's clock; {@link dev.tidings.log.JobRow#lapsed} is computed there.
 * </ul>
 */
@NullMarked
package dev.tidings.log;

import org.jspecify.annotations.NullMarked;
