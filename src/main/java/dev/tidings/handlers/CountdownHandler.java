package dev.tidings.handlers;

import dev.tidings.job.JobContext;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobType;
import dev.tidings.job.PermanentFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

/**
 * Counts steps, each of which takes a while: for trying Tidings out, and for load tests. It can fail, fail for a while,
 * log, make an artifact, and refuse to stop, each as it is told.
 *
 * <p>Result: {@code {"steps": n}}. Artifact: {@value #ARTIFACT}, the same bytes for the same size.
 */
public final class CountdownHandler implements JobHandler<CountdownParams> {
    static final String ARTIFACT = "countdown.bin";
    private static final int BLOCK_BYTES = 64 * 1024;

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "additionalProperties": false,
              "required": ["steps", "interval"],
              "properties": {
                "steps": {
                  "title": "Steps",
                  "description": "How many steps to count.",
                  "type": "integer", "minimum": 1, "maximum": 1000000,
                  "default": 20, "examples": [20]
                },
                "interval": {
                  "title": "Interval",
                  "description": "How long a step takes: 15s, 200ms, 0s, or ISO-8601 such as PT1.5S; at most a day.",
                  "type": "string", "maxLength": 40,
                  "pattern": "^\\\\s*([0-9]{1,12}\\\\s*([mM]?[sS]|[mMhHdD])|[+]?[pP][0-9tTdDhHmMsS.,+-]+)\\\\s*$",
                  "default": "500ms", "examples": ["500ms", "15s", "PT1.5S"]
                },
                "failAt": {
                  "title": "Fail at step",
                  "description": "The step that fails. For good, unless 'Flaky attempts' is given.",
                  "type": "integer", "minimum": 1, "maximum": 1000000,
                  "examples": [10]
                },
                "flaky": {
                  "title": "Flaky attempts",
                  "description": "So many first attempts fail (at 'Fail at step', else at the first) and are tried again.",
                  "type": "integer", "minimum": 0, "maximum": 1000000,
                  "examples": [1]
                },
                "artifactBytes": {
                  "title": "Artifact size",
                  "description": "Makes the artifact countdown.bin of so many bytes.",
                  "type": "integer", "minimum": 0, "maximum": 107374182400,
                  "examples": [1048576]
                },
                "logEvery": {
                  "title": "Log every",
                  "description": "A line in the job's log every so many steps; 0 for none.",
                  "type": "integer", "minimum": 0, "maximum": 1000000,
                  "default": 0, "examples": [10]
                },
                "ignoreInterrupt": {
                  "title": "Ignore cancellation",
                  "description": "Goes on to the end when it is cancelled, as badly behaved work does.",
                  "type": "boolean",
                  "default": false, "examples": [true]
                }
              }
            }
            """;

    private static final JobType<CountdownParams> TYPE = new JobType<>(
            "countdown",
            "Countdown",
            "Counts steps, each of which takes a while. For trying things out and for load tests.",
            CountdownParams.class,
            SCHEMA,
            0,
            0);

    @Override
    public JobType<CountdownParams> type() {
        return TYPE;
    }

    @Override
    public Map<String, Integer> run(CountdownParams params, JobContext context)
            throws IOException, InterruptedException {
        Countdown countdown = Countdown.of(params);
        context.stage("counting");
        for (int step = 1; step <= countdown.steps(); step++) {
            pause(countdown, context);
            if (step == countdown.failAt()) {
                failIfAsked(countdown, context.attempt());
            }
            context.progress(step, countdown.steps(), "steps");
            if (countdown.logEvery() > 0 && step % countdown.logEvery() == 0) {
                context.log("step " + step + " of " + countdown.steps());
            }
        }
        if (countdown.artifactBytes() >= 0) {
            context.stage("writing");
            writeArtifact(countdown, context);
        }
        return Map.of("steps", countdown.steps());
    }

    private static void failIfAsked(Countdown countdown, int attempt) throws IOException {
        if (countdown.flaky() == 0) {
            throw new PermanentFailure("step " + countdown.failAt() + " failed, as asked for by failAt");
        }
        if (attempt <= countdown.flaky()) {
            throw new IOException(
                    "step " + countdown.failAt() + " failed in attempt " + attempt + ", as asked for by flaky");
        }
    }

    private static void pause(Countdown countdown, JobContext context) throws InterruptedException {
        if (countdown.ignoreInterrupt()) {
            sleepInSpiteOfInterrupts(countdown.interval());
            return;
        }
        StopCheck.check(context);
        if (!countdown.interval().isZero()) {
            Thread.sleep(countdown.interval().toMillis(), countdown.interval().toNanosPart() % 1_000_000);
        }
    }

    private static void sleepInSpiteOfInterrupts(Duration interval) {
        Thread.interrupted();
        long end = System.nanoTime() + interval.toNanos();
        for (long left = interval.toNanos(); left > 0; left = end - System.nanoTime()) {
            try {
                Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
            } catch (InterruptedException ignored) {
                // Asked for: this countdown plays the work that does not listen.
            }
        }
    }

    private static void writeArtifact(Countdown countdown, JobContext context)
            throws IOException, InterruptedException {
        byte[] block = new byte[BLOCK_BYTES];
        new Random(BLOCK_BYTES).nextBytes(block);
        context.<InterruptedException>writeArtifact(ARTIFACT, "application/octet-stream", out -> {
            for (long left = countdown.artifactBytes(); left > 0; left -= BLOCK_BYTES) {
                if (!countdown.ignoreInterrupt()) {
                    StopCheck.check(context);
                }
                out.write(block, 0, (int) Math.min(left, BLOCK_BYTES));
            }
        });
    }
}
