/**
 * The words of Tidings and the interface for those who write jobs.
 *
 * <p>Words: {@link dev.tidings.job.Job}, {@link dev.tidings.job.JobState}, the sealed
 * {@link dev.tidings.job.Event}. For customers: {@link dev.tidings.job.JobHandler},
 * {@link dev.tidings.job.JobType}, {@link dev.tidings.job.JobContext}. Imports {@code java.base} only.
 *
 * <p>Choices: JSON of others (parameters, results) travels as text in {@link dev.tidings.job.Json}, so that this room
 * needs no JSON library; a job's state is a fold over its events ({@link dev.tidings.job.Job#after}), so that the
 * stored row, the snapshot and the log cannot disagree.
 */
@NullMarked
package dev.tidings.job;

import org.jspecify.annotations.NullMarked;
