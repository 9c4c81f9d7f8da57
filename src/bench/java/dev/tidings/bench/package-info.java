/**
 * The benchmark: a load client, and Tidings and its peers as processes of their own, all in one run, in turn.
 *
 * <p>Started by {@code mvn -Pbench verify}; docs/measurements/benchmarks.md says what it measures. No part of the WAR or of the tests.
 */
@NullMarked
package dev.tidings.bench;

import org.jspecify.annotations.NullMarked;
