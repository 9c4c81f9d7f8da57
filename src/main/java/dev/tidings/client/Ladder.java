package dev.tidings.client;

import dev.tidings.client.Outcome.Kind;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides by which transport to read next, and after which pause. Knows no network and no clock: it is told how each request ended, and when.
 *
 * <pre>
 *   stream --mute, 3 cuts without progress, 2 refusals--> long poll --2 late, cut or refused--> poll
 *     ^                                                      |                                   |
 *     +------------ probe: 5 s (mute: 30 s) after going down, then twice that, up to 10 min -----+
 * </pre>
 *
 * <p>Threads: one.
 */
final class Ladder {

    private static final int MAX_WAIT_S = 25;
    private static final int MIN_WAIT_S = 5;
    private static final long POLL_MS = 2_000;
    private static final long MAX_POLL_MS = 10_000;
    private static final long MAX_EARLY_MS = 5_000;
    private static final int CUTS = 3;
    private static final int REFUSALS = 2;
    /** A lower rung that fails as well for so long says that the fault is not the stream's. */
    private static final int FAILURES_BEFORE_BLIND_PROBE = 4;

    private static final long FIRST_PROBE_MS = 5_000;
    private static final long FIRST_PROBE_AFTER_MUTE_MS = 30_000;
    private static final long MAX_PROBE_MS = 600_000;
    private static final long NEVER = Long.MAX_VALUE;

    /** What is worth remembering of a path; instants are of the clock that {@link #plan} is told. */
    record Memory(Transport transport, int waitS, long probeAtMs, long probeMs) {}

    /** The next request. {@code waitS}: how long a poll asks to be held. */
    record Plan(Transport transport, int waitS) {}

    private final RandomGenerator random;
    private Transport transport = Transport.STREAM;
    private int failures;
    private int strikes;
    private int limited;
    private int waitS = MAX_WAIT_S;
    private double pollMs = POLL_MS;
    private int earlyAnswers;
    private boolean probing;
    private long probeAtMs = NEVER;
    private long probeMs;
    /** Whether a request succeeded, and how many failed, since the last step down. */
    private boolean okBelow;

    private int failedBelow;

    Ladder(RandomGenerator random, @Nullable Memory memory) {
        this.random = random;
        if (memory != null) {
            transport = memory.transport;
            waitS = memory.waitS;
            probeAtMs = memory.probeAtMs;
            probeMs = memory.probeMs;
            okBelow = true;
        }
    }

    Memory memory() {
        return new Memory(transport, waitS, probeAtMs, probeMs);
    }

    Transport transport() {
        return transport;
    }

    /** Failed requests in a row, whatever the transport. */
    int failures() {
        return failures;
    }

    Plan plan(long nowMs) {
        boolean due = nowMs >= probeAtMs && (okBelow || failedBelow >= FAILURES_BEFORE_BLIND_PROBE);
        probing = transport != Transport.STREAM && due;
        Transport next = probing ? Transport.STREAM : transport;
        return new Plan(next, next == Transport.POLL ? 0 : waitS);
    }

    /**
     * Learns how the planned request ended.
     *
     * @param tookMs from the request to its end
     * @return the pause before the next request, in milliseconds
     */
    long report(Outcome outcome, long tookMs, long nowMs) {
        Transport asked = probing ? Transport.STREAM : transport;
        boolean good = outcome.kind() == Kind.OK || outcome.progressed() || outcome.heard();
        failures = good ? 0 : failures + 1;
        if (outcome.kind() != Kind.LIMIT) {
            limited = 0;
        }
        long pauseMs = switch (outcome.kind()) {
            case SLEPT -> {
                failures = 0;
                yield RetryDelays.afterFailures(0, random);
            }
            case BUSY -> backoff();
            case LIMIT -> {
                // Readers that wait are counted, polls that are answered at once are not.
                if (++limited >= REFUSALS) {
                    goDown(Transport.POLL, nowMs, FIRST_PROBE_AFTER_MUTE_MS);
                }
                yield backoff();
            }
            case OK, BYE, CUT, MUTE, LATE, REFUSED, UNREACHABLE ->
                asked == Transport.STREAM ? afterStream(outcome, nowMs) : afterPoll(outcome, asked, tookMs, nowMs);
        };
        long askedForMs = Math.round(outcome.retryMs() * (1 + random.nextDouble() / 10));
        return Math.max(pauseMs, askedForMs);
    }

    /** A probe brought more than a hello: the stream it is. */
    void proved() {
        if (probing) {
            probing = false;
            transport = Transport.STREAM;
            probeAtMs = NEVER;
            strikes = 0;
            waitS = MAX_WAIT_S;
        }
    }

    private long afterStream(Outcome outcome, long nowMs) {
        if (outcome.kind() == Kind.MUTE) {
            goDown(Transport.LONG_POLL, nowMs, FIRST_PROBE_AFTER_MUTE_MS);
            return 0;
        }
        if (outcome.kind() == Kind.BYE || outcome.progressed()) {
            proved();
            strikes = 0;
            if (outcome.progressed()) {
                // What proved itself is forgiven: the next step down probes soon again.
                probeMs = 0;
            }
            return backoff();
        }
        int limit = probing ? 1 : outcome.kind() == Kind.CUT ? CUTS : REFUSALS;
        if (++strikes >= limit) {
            goDown(Transport.LONG_POLL, nowMs, FIRST_PROBE_MS);
        }
        return outcome.heard() ? RetryDelays.afterFailures(0, random) : backoff();
    }

    private long afterPoll(Outcome outcome, Transport asked, long tookMs, long nowMs) {
        if (outcome.kind() == Kind.OK) {
            okBelow = true;
            strikes = 0;
            boolean early = !outcome.progressed() && asked == Transport.LONG_POLL && tookMs < waitS * 500L;
            earlyAnswers = early ? earlyAnswers + 1 : 0;
            if (outcome.more()) {
                return RetryDelays.FLOOR_MS;
            }
            if (asked == Transport.LONG_POLL) {
                return early ? RetryDelays.afterFailures(earlyAnswers, random, MAX_EARLY_MS) : 0;
            }
            pollMs = outcome.progressed() ? POLL_MS : Math.min(MAX_POLL_MS, pollMs * 1.5);
            return Math.round(pollMs * (0.8 + 0.4 * random.nextDouble()));
        }
        failedBelow++;
        if (asked == Transport.LONG_POLL) {
            boolean late = outcome.kind() == Kind.LATE;
            boolean held = late || (tookMs >= 2_000 && tookMs < waitS * 1_000L);
            int shorterS = (int) Math.max(MIN_WAIT_S, Math.floor(0.7 * Math.min(tookMs / 1_000.0, waitS)));
            if (held && shorterS < waitS) {
                // Only too long, perhaps: the shorter one gets its chance.
                waitS = shorterS;
                if (!late) {
                    return backoff();
                }
            }
            if (++strikes >= REFUSALS) {
                goDown(Transport.POLL, nowMs, FIRST_PROBE_MS);
            }
        }
        return backoff();
    }

    private long backoff() {
        return RetryDelays.afterFailures(Math.max(0, failures - 1), random);
    }

    private void goDown(Transport next, long nowMs, long firstProbeMs) {
        boolean probed = probing;
        transport = next;
        if (probeMs == 0) {
            probeMs = firstProbeMs;
        } else if (okBelow) {
            probeMs = Math.min(MAX_PROBE_MS, probeMs * 2);
        }
        probing = false;
        probeAtMs = nowMs + Math.round(probeMs * (0.9 + 0.2 * random.nextDouble()));
        if (probed) {
            waitS = Math.min(MAX_WAIT_S, (int) Math.ceil(waitS * 1.5));
        }
        strikes = 0;
        failedBelow = 0;
        okBelow = false;
        pollMs = POLL_MS;
    }
}
