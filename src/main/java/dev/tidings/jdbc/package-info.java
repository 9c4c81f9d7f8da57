/**
 * The store in a relational database: H2 in a folder for one node, PostgreSQL for several.
 *
 * <p>Imports {@code job}, {@code log}, {@code json} and {@code time}; from outside {@code java.sql}, Flyway, Agroal and
 * the drivers.
 *
 * <p>Choices (2026-11-24):
 *
 * <ul>
 *   <li>Claims, leases, due times and the newest progress are columns of the job's row, so that state and events change
 *       in one transaction under one lock. Who writes a group locks its rows in the order of their ids and skips locked
 *       ones; so nobody waits while holding a lock, and there is no deadlock to break.
 *   <li>A {@link dev.tidings.jdbc.Dialect} knows how one statement writes many rows: arrays on PostgreSQL, batches on
 *       H2. A group costs the same few statements however many jobs it has.
 *   <li>Numbers are stored relative to the job's {@code base}; to raise them after a restore, only the base changes.
 *   <li>What is the owner's alone (the count of queued jobs, idempotency keys) is decided under the lock of the owner's
 *       row.
 *   <li>Bytes are rows of at most 256 KiB. Big deletions go in slices, each a short transaction of its own; what a crash
 *       leaves behind is marked and swept.
 * </ul>
 */
@NullMarked
package dev.tidings.jdbc;

import org.jspecify.annotations.NullMarked;
