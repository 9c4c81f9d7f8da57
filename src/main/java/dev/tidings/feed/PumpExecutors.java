package dev.tidings.feed;

import java.util.concurrent.Executor;

/**
 * The threads that write to readers. Both pools are fixed and small; the number of readers does not matter to them.
 *
 * @param quick for connections whose writes return at once
 * @param slow for those on which a write has blocked
 * @param parallel how many threads {@code quick} has
 */
public record PumpExecutors(Executor quick, Executor slow, int parallel) {}
