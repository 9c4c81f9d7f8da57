/**
 * What a node counts, in Prometheus' text format.
 *
 * <p>Imports {@code feed}, {@code log} and {@code job}: it implements the meter interfaces that {@code log} and {@code feed}
 * define. No label names a job or a user, so the number of series is fixed.
 *
 * <p>Choices (2026-11-24): Micrometer with the Prometheus registry. Histograms have fixed buckets, so the figures of several
 * nodes can be added. No quantiles are computed here.
 */
@NullMarked
package dev.tidings.metrics;

import org.jspecify.annotations.NullMarked;
