/**
 * The resources that are read from a cursor, whatever the transport: a job's log, and the states of many jobs.
 *
 * <p>Here is what the transports share: the cursor, the checks in the contract's order (§5), and the choice by
 * {@code Accept}. How an answer is framed and held is theirs ({@code http.sse}, {@code http.poll}).
 */
@NullMarked
package dev.tidings.http.events;

import org.jspecify.annotations.NullMarked;
