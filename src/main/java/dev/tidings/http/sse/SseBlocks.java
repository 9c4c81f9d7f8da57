package dev.tidings.http.sse;

import dev.tidings.feed.CloseReason;
import dev.tidings.http.Caller;
import dev.tidings.job.Job;
import dev.tidings.json.JobJson;
import dev.tidings.json.JsonLine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of an event stream that are not entries of a log: {@code hello}, {@code heartbeat}, {@code bye},
 * {@code deleted}, and the data of a snapshot. None carries an {@code id}, so the client's cursor stays.
 *
 * <p>Threads: any; stateless but for the random numbers.
 */
public final class SseBlocks {
    /** How much longer a client stays away that met a temporary refusal. */
    private static final int LONGER = 3;

    private final Duration retry;
    private final Duration heartbeat;
    private final Duration age;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * The blocks of this node's streams.
     *
     * @param retry the reconnection delay before jitter
     * @param age how old a stream gets, before jitter
     */
    public SseBlocks(Duration retry, Duration heartbeat, Duration age, InstantSource clock, RandomGenerator random) {
        this.retry = retry;
        this.heartbeat = heartbeat;
        this.age = age;
        this.clock = clock;
        this.random = random;
    }

    /** The first block of a job's stream. */
    byte[] hello(Job job) {
        return hello(job.id(), job.seq(), null, 1);
    }

    /** The first block of a stream of many jobs. */
    byte[] hello(Caller caller) {
        return hello(null, null, caller, 1);
    }

    /**
     * All of a stream that is not to be had just now: {@code hello} and {@code bye}, with a longer {@code retry} in both.
     *
     * @param job which job's; null for a stream of many
     * @param seq the job's newest; null when it is not known
     * @param caller who reads
     * @param reason one that comes with a {@code bye}
     */
    byte[] refusal(@Nullable String job, @Nullable Long seq, Caller caller, CloseReason reason) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(hello(job, seq, job == null ? caller : null, LONGER));
        all.writeBytes(bye(reason, LONGER));
        return all.toByteArray();
    }

    private byte[] hello(@Nullable String job, @Nullable Long seq, @Nullable Caller caller, int factor) {
        var data = new StringBuilder("{");
        if (job != null) {
            data.append("\"job\":\"").append(job).append("\",");
        }
        if (seq != null) {
            data.append("\"seq\":").append(seq).append(',');
        }
        if (caller != null) {
            data.append("\"user\":\"").append(caller.tag()).append("\",");
        }
        data.append("\"heartbeat\":")
                .append(heartbeat.toMillis())
                .append(",\"maxAge\":")
                .append(age.toMillis())
                .append(',')
                .append(at())
                .append('}');
        return ascii("retry: " + retryMs(factor) + "\nevent: hello\ndata: " + data + "\n\n");
    }

    byte[] heartbeat() {
        return ascii("event: heartbeat\ndata: {" + at() + "}\n\n");
    }

    /** An empty comment, which belongs to no block. */
    byte[] echo() {
        return ascii(":\n");
    }

    byte[] deleted(String job) {
        return ascii("event: deleted\ndata: {\"job\":\"" + job + "\"}\n\n");
    }

    /** The farewell; empty where the reason needs none. */
    byte[] bye(CloseReason reason) {
        int factor = switch (reason) {
            case ROTATE, DRAIN, SUPERSEDED, SIGNED_OUT, DELETED -> 1;
            case LIMIT, UNAVAILABLE -> LONGER;
            case FINISHED, TIMEOUT, STUCK, GONE -> 0;
        };
        return factor == 0 ? new byte[0] : bye(reason, factor);
    }

    private byte[] bye(CloseReason reason, int factor) {
        return ascii("event: bye\ndata: {\"reason\":\"" + reason.word() + "\"}\nretry: " + retryMs(factor) + "\n\n");
    }

    byte[] snapshot(Job job, boolean reset, String base) {
        return JobJson.snapshot(job, clock.instant(), reset, base);
    }

    /** Jittered by ± 50 %, so that clients that were cut together do not come back together. */
    private long retryMs(int factor) {
        return Math.max(1, Math.round(retry.toMillis() * factor * (0.5 + random.nextDouble())));
    }

    private String at() {
        return "\"at\":\"" + JsonLine.text(clock.instant()) + '"';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
