package dev.tidings.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a job has come. Each component is null when unknown.
 *
 * @param done units of work done, 0 or more
 * @param total units of work in all, 0 or more
 * @param unit what is counted: {@code bytes}, {@code rows}, {@code steps}, …
 * @param percent 0 to 100
 * @param stage the step the job is in, in a word or two
 * @param message what it is working on just now
 * @param eta when the job is likely to end
 */
public record Progress(
        @Nullable Long done,
        @Nullable Long total,
        @Nullable String unit,
        @Nullable Double percent,
        @Nullable String stage,
        @Nullable String message,
        @Nullable Instant eta)
        implements Event {

    /** {@code done} of {@code total}; the percentage follows, to one decimal. A total below 1 is unknown. */
    public static Progress of(
            long done,
            long total,
            @Nullable String unit,
            @Nullable String stage,
            @Nullable String message,
            @Nullable Instant eta) {
        return new Progress(
                done < 0 ? null : done,
                total < 1 ? null : total,
                unit,
                total < 1 || done < 0 ? null : percent(done, total),
                stage,
                message,
                eta);
    }

    private static double percent(long done, long total) {
        return Math.min(100, Math.floor(done * 1000.0 / total) / 10);
    }

    /** The same of a job that has succeeded: it has come to 100 %, and nothing remains. */
    Progress complete() {
        return new Progress(done, total, unit, percent == null ? null : 100.0, stage, message, null);
    }

    /** The same of a job that has ended otherwise: nothing remains. */
    Progress over() {
        return new Progress(done, total, unit, percent, stage, message, null);
    }

    @Override
    public String type() {
        return "progress";
    }
}
