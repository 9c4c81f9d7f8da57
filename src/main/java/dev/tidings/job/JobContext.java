package dev.tidings.job;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What a handler has to hand while it runs an attempt.
 *
 * <p>Threads: any thread of the handler may call any method.
 */
public interface JobContext {
    /** The job's id. */
    String jobId();

    /** 1 for the first attempt. */
    int attempt();

    /** The input files, sorted by name. */
    List<JobInput> inputs();

    /**
     * Reports how far the job has come. Cheap enough for a tight loop: most calls only leave two numbers behind, from
     * which an event is made at most once in {@code tidings.progress.interval}, and before any other event.
     *
     * @param done units done, 0 or more; below 0 is unknown
     * @param total units in all; below 1 is unknown
     * @param unit what is counted: {@code bytes}, {@code rows}, …
     */
    void progress(long done, long total, String unit);

    /** Names the step that the job is in now; part of the next progress event. */
    void stage(String stage);

    /** Names what the job is working on now; part of the next progress event. */
    void message(String message);

    /** Writes a line to the job's log, which its owner sees. Waits while the store is behind. */
    void log(LogLevel level, String message);

    /** Writes an {@code info} line to the job's log. */
    default void log(String message) {
        log(LogLevel.INFO, message);
    }

    /**
     * Begins a result file. It is announced and can be fetched when the stream is closed; if the attempt ends before,
     * nothing of it is ever seen. A file of a name that is there already takes its place.
     *
     * <p>Closing says "complete", so close only what is: try-with-resources would announce a torso when the writing
     * fails. {@link #writeArtifact} minds that.
     *
     * @param name without a path, at most 200 characters
     * @param mediaType such as {@code text/csv}
     * @throws IllegalArgumentException when the name is not one
     * @throws IOException when the store cannot be written
     */
    OutputStream artifact(String name, String mediaType) throws IOException;

    /**
     * Makes a result file of what {@code content} writes; if that throws, nothing of it is ever seen.
     *
     * @param name as for {@link #artifact}
     * @param <X> what {@code content} may throw besides
     * @throws IOException when the store cannot be written
     */
    default <X extends Exception> void writeArtifact(String name, String mediaType, ArtifactContent<X> content)
            throws IOException, X {
        OutputStream out = artifact(name, mediaType);
        content.writeTo(out);
        out.close();
    }

    /**
     * Writes the bytes of a result file.
     *
     * @param <X> what it may throw besides
     */
    @FunctionalInterface
    interface ArtifactContent<X extends Exception> {
        /** Writes everything to {@code out}, and leaves it open. */
        void writeTo(OutputStream out) throws IOException, X;
    }

    /** Whether the job is to stop: cancelled by a user, or this node goes away. The thread is interrupted too. */
    boolean cancelled();
}
