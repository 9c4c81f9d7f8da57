package dev.tidings.testing;

import dev.tidings.job.JobContext;
import dev.tidings.job.JobInput;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * A job's context without a server: hands out inputs from memory and writes down what the handler says.
 *
 * <p>Threads: one, the test's.
 */
public final class FakeJobContext implements JobContext {
    private final List<JobInput> inputs = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Map<String, byte[]> artifacts = new LinkedHashMap<>();
    private final Map<String, String> mediaTypes = new LinkedHashMap<>();
    private LongPredicate cancelWhenDone = done -> false;
    private boolean cancelled;
    private int attempt = 1;
    private String stage = "";
    private String message = "";

    /** Adds an input of these bytes. */
    public FakeJobContext withInput(String name, byte[] content) {
        return withInput(name, content.length, () -> new ByteArrayInputStream(content));
    }

    /** Adds an input of this text in UTF-8. */
    public FakeJobContext withInput(String name, String content) {
        return withInput(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds an input whose bytes are made as they are read. */
    public FakeJobContext withInput(String name, long size, Supplier<InputStream> content) {
        inputs.add(new Input(name, size, content));
        inputs.sort(Comparator.comparing(JobInput::name));
        return this;
    }

    /** Says which attempt this is; 1 when not called. */
    public FakeJobContext inAttempt(int number) {
        attempt = number;
        return this;
    }

    /** Cancels the job as soon as progress of that kind is reported: by the flag and by an interrupt. */
    public FakeJobContext cancelledWhenDone(LongPredicate done) {
        cancelWhenDone = done;
        return this;
    }

    /** All progress reports, none left out. */
    public List<Progress> progress() {
        return List.copyOf(progress);
    }

    /** The log's lines, each as {@code info: text}. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** The names of the complete artifacts, in the order in which they were closed. */
    public List<String> artifacts() {
        return List.copyOf(artifacts.keySet());
    }

    /** The bytes of a complete artifact. */
    public byte[] artifact(String name) {
        byte[] content = artifacts.get(name);
        if (content == null) {
            throw new AssertionError("no artifact " + name + "; there are " + artifacts.keySet());
        }
        return content.clone();
    }

    /** A complete artifact as UTF-8 text. */
    public String artifactText(String name) {
        return new String(artifact(name), StandardCharsets.UTF_8);
    }

    /** The media type of a complete artifact. */
    public String mediaType(String name) {
        return mediaTypes.get(name);
    }

    @Override
    public String jobId() {
        return "j1";
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public List<JobInput> inputs() {
        return List.copyOf(inputs);
    }

    @Override
    public void progress(long done, long total, String unit) {
        progress.add(Progress.of(done, total, unit, stage, message, null));
        if (cancelWhenDone.test(done)) {
            cancelled = true;
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stage(String name) {
        stage = name;
    }

    @Override
    public void message(String text) {
        message = text;
    }

    @Override
    public void log(LogLevel level, String text) {
        log.add(level.word() + ": " + text);
    }

    @Override
    public OutputStream artifact(String name, String mediaType) {
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                artifacts.put(name, toByteArray());
                mediaTypes.put(name, mediaType);
            }
        };
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    private record Input(String name, long size, Supplier<InputStream> content) implements JobInput {
        @Override
        public String mediaType() {
            return "application/octet-stream";
        }

        @Override
        public InputStream open() throws IOException {
            return content.get();
        }
    }
}
