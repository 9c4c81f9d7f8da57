package dev.tidings.http.jobs;

import dev.tidings.feed.Feeds;
import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.http.Answer;
import dev.tidings.http.Role;
import dev.tidings.http.Routes;
import dev.tidings.http.Uploads;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import java.util.function.BooleanSupplier;

/**
 * What the resources of jobs are made of.
 *
 * @param committed hears of jobs that are stored and deleted here
 * @param draining whether no new jobs are taken
 */
public record JobResources(
        JobStore store,
        ArtifactStore artifacts,
        LogListener committed,
        TypeCatalog types,
        Canceller canceller,
        Feeds feeds,
        SubscriberLimiter readers,
        Uploads uploads,
        BooleanSupplier draining,
        JobLimits limits) {

    /** Adds their routes. */
    public void addTo(Routes routes) {
        var waiting = new HeldRequests(feeds, readers);
        var access = new JobAccess(store);
        var intake = new Submissions(store, committed, types, waiting, limits);
        var upload = new Upload(store, artifacts, intake, uploads, limits);
        routes.add("GET", "/api/jobs", new ListJobs(store), Role.USER, Role.WORKER)
                .add("POST", "/api/jobs", new SubmitJob(intake, upload, uploads, draining, limits), Role.USER)
                .add("GET", "/api/jobs/{id}", new GetJob(access, waiting, limits), Role.USER, Role.WORKER)
                .add("DELETE", "/api/jobs/{id}", new DeleteJob(store, committed, access), Role.USER, Role.WORKER)
                .add("POST", "/api/jobs/{id}/cancel", new CancelJob(access, canceller), Role.USER, Role.WORKER)
                .add(
                        "POST",
                        "/api/jobs/{id}/retry",
                        new RetryJob(store, access, intake, draining, limits),
                        Role.USER,
                        Role.WORKER)
                .add(
                        "GET",
                        "/api/types",
                        exchange -> exchange.answer(
                                Answer.json(200, types.json()).with("Cache-Control", "private, no-cache")),
                        Role.USER,
                        Role.WORKER);
    }
}
