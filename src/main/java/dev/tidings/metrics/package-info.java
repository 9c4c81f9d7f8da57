/**
 * What a node counts, in Prometheus' text format.
 *
 * <p>Imports no other room: the others define small meter interfaces with plain methods ({@code log.AppendMeter},
 * {@code feed.FeedMeter}), and {@code boot} passes their calls on to the meters here. No label names a job or a user, so
 * the number of series is fixed.
 *
 * <p>Choices (2026-11-24): Micrometer with the Prometheus registry. Histograms have fixed buckets, which nodes can add up;
 * no quantiles are computed here.
 */
@NullMarked
package dev.tidings.metrics;

import org.jspecify.annotations.NullMarked;
