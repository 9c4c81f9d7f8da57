/**
 * The Java client: submits jobs to a Tidings server, follows them and fetches their results, over whatever stands between.
 *
 * <p>Knows the contract (docs/contract.md), not the server: it shares no class with it. Needs {@code java.net.http} and JSON-P, nothing else,
 * and is shipped as a JAR of its own (classifier {@code client}).
 *
 * <p>It makes no threads: whoever asks for the next event does the reading, and the JDK's HTTP client has its own. {@link Ladder} decides by
 * which transport to read and how long to pause, and knows neither network nor clock; {@link HttpConnections} and {@link Time} are the network and the clock,
 * so that thousands of random networks are tried in virtual time. The browser's client ({@code webapp/tidings}) is built alike (2026-11-24).
 */
@NullMarked
package dev.tidings.client;

import org.jspecify.annotations.NullMarked;
