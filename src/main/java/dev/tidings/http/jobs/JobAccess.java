package dev.tidings.http.jobs;

import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.job.Job;
import dev.tidings.log.JobStore;
import java.util.regex.Pattern;

/** Finds the job that a request is about. What does not exist for the caller does not exist. */
public final class JobAccess {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final JobStore store;

    public JobAccess(JobStore store) {
        this.store = store;
    }

    /**
     * The job named in the path, for reading. Blocks.
     *
     * @throws dev.tidings.http.HttpProblem 404 when there is none that the caller may see
     */
    public Job seen(Exchange exchange) {
        return store.find(named(exchange)).filter(exchange.caller()::sees).orElseThrow(Problems::noSuchJob);
    }

    /**
     * The same for changing it.
     *
     * @throws dev.tidings.http.HttpProblem 404, and 403 when the caller may only read it
     */
    public Job owned(Exchange exchange) {
        Job job = seen(exchange);
        if (!exchange.caller().owns(job)) {
            throw Problems.forbidden("Only its owner and an admin may cancel, retry or delete a job.");
        }
        return job;
    }

    /**
     * The id in the path. Whether there is such a job, and the caller may see it, is still to be found out.
     *
     * @throws dev.tidings.http.HttpProblem 404 when it cannot be one
     */
    public static String named(Exchange exchange) {
        String id = exchange.path("id");
        if (!id(id)) {
            throw Problems.noSuchJob();
        }
        return id;
    }

    /** Whether this could be a job's id. */
    public static boolean id(String text) {
        return ID.matcher(text).matches();
    }
}
