package dev.tidings.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tidings at one base URI: submits jobs, follows them, fetches their results.
 *
 * <pre>{@code
 * var client = TidingsClient.at(URI.create("https://portal.example.com/tidings/"));
 * RemoteJob job = client.submit(Submission.of("digest").params(params).file(path));
 * RemoteJob done = client.await(job.id());
 * client.fetch(done.artifacts().get(0), Path.of("SHA256SUMS"));
 * }</pre>
 *
 * <p>Whatever does not reach Tidings is tried again, six times with growing random pauses, and {@code Retry-After} is obeyed; what Tidings refuses is
 * a {@link TidingsException}.
 *
 * <p>Threads: any, several at once. Methods block the caller, who may be interrupted.
 */
public final class TidingsClient {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

    private final URI base;
    private final HttpConnections wire;
    private final Requests requests;
    private final Supplier<Time> time;
    private final RandomGenerator random;
    private final PathMemory paths = new PathMemory();

    TidingsClient(URI base, HttpConnections wire, Requests requests, Supplier<Time> time, RandomGenerator random) {
        if (!base.isAbsolute() || !base.getPath().endsWith("/")) {
            throw new IllegalArgumentException("the base must be absolute and end with a slash, not " + base);
        }
        this.base = base;
        this.wire = wire;
        this.requests = requests;
        this.time = time;
        this.random = random;
    }

    /** Tidings without sign-in, by a HTTP client of its own. */
    public static TidingsClient at(URI base) {
        return at(base, HttpClient.newBuilder().connectTimeout(CONNECT_WITHIN).build(), Map::of);
    }

    /**
     * Tidings by the application's own HTTP client, which may bring proxy, cookies, authenticator and trust.
     *
     * @param base ends with a slash: {@code https://host/tidings/}
     * @param http must not follow redirects: a redirect to a login page is not an answer
     * @param headers for each request, asked anew each time, such as {@code Authorization}
     */
    public static TidingsClient at(URI base, HttpClient http, Supplier<Map<String, String>> headers) {
        if (http.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("the HTTP client must not follow redirects");
        }
        return new TidingsClient(
                base,
                new JdkConnections(http),
                new Requests(headers),
                SystemTime::new,
                RandomGenerator.of("SecureRandom"));
    }

    /**
     * Submits a job. May be repeated with the same submission, in this life or, with its key, in another: it makes one job.
     *
     * @throws TidingsException the refusal, such as {@code 422} naming each fault
     */
    public RemoteJob submit(Submission submission) throws IOException, InterruptedException {
        String json = submission.job().toString();
        var multipart = new MultipartBody(submission);
        boolean files = !submission.inputs().isEmpty();
        RetryingRequests.Body body = files ? multipart::body : () -> BodyPublishers.ofString(json);
        return job(asking().json(
                        () -> requests.to(base.resolve("api/jobs"))
                                .setHeader("Idempotency-Key", "\"" + submission.idempotencyKey() + "\"")
                                .setHeader("Content-Type", files ? multipart.mediaType() : "application/json"),
                        "POST",
                        body,
                        submission.uploaded()));
    }

    /** The job as it is now. {@code job}: its id, or its {@code links.self}. */
    public RemoteJob job(String job) throws IOException, InterruptedException {
        return job(ask("GET", uri(job), false));
    }

    /** Asks for the end of a job. Safe to repeat. @throws TidingsException {@code 409} when it has finished otherwise */
    public RemoteJob cancel(String job) throws IOException, InterruptedException {
        return job(ask("POST", below(job, "/cancel"), true));
    }

    /** A failed or cancelled job again, as a new one. */
    public RemoteJob retry(String job) throws IOException, InterruptedException {
        return job(ask("POST", below(job, "/retry"), true));
    }

    /** Deletes a finished job with its log and artifacts; one that is gone is gone. */
    public void delete(String job) throws IOException, InterruptedException {
        try {
            ask("DELETE", uri(job), false);
        } catch (TidingsException refused) {
            // The first try may have done it although its answer was lost.
            if (refused.status() != 404 || refused.problem().isEmpty()) {
                throw refused;
            }
        }
    }

    /**
     * The jobs that match, newest first, over all pages of the list. Results and artifacts may be left out of a list: {@link #job} has the whole.
     *
     * @throws TidingsException a refusal, or that a page's link is not there
     */
    public List<RemoteJob> jobs(JobFilter filter) throws IOException, InterruptedException {
        var jobs = new ArrayList<RemoteJob>();
        URI page = base.resolve("api/jobs" + filter.query());
        while (true) {
            URI uri = page;
            RetryingRequests.Answer answer = asking().answered(() -> requests.to(uri), "GET", null, bytes -> {});
            JsonObject json = answer.json();
            if (json == null || !(json.get("jobs") instanceof JsonArray array)) {
                throw new TidingsException(0, "the answer of " + uri + " is not a list of jobs");
            }
            for (JsonValue each : array) {
                if (jobs.size() < filter.most()) {
                    jobs.add(job(each instanceof JsonObject object ? object : null));
                }
            }
            String next = answer.next();
            if (next == null || jobs.size() >= filter.most()) {
                return jobs;
            }
            page = uri.resolve(next);
            if (!sameOrigin(page) || page.equals(uri)) {
                throw new TidingsException(0, "the link to the next page leads to " + page);
            }
        }
    }

    /** The job types that may be submitted, as the contract shows them. */
    public List<JsonObject> types() throws IOException, InterruptedException {
        JsonValue types = ask("GET", base.resolve("api/types"), false).get("types");
        return types == null ? List.of() : types.asJsonArray().getValuesAs(JsonObject.class);
    }

    /** Watches a job from now on: a {@code snapshot} of it first. {@code job}: its id, or its {@code links.self}. Nothing is sent before the first event is asked for. */
    public JobWatch watch(String job) {
        return watch(job, OptionalLong.empty());
    }

    /** Watches a job from a cursor on: the {@code seq} of the last event that was handled, 0 for the whole log. */
    public JobWatch watch(String job, long cursor) {
        if (cursor < 0) {
            throw new IllegalArgumentException("a cursor is 0 or more, not " + cursor);
        }
        return watch(job, OptionalLong.of(cursor));
    }

    private JobWatch watch(String job, OptionalLong cursor) {
        URI uri = uri(job);
        String path = uri.getPath();
        var source = new LogSource(uri, path.substring(path.lastIndexOf('/') + 1), cursor, random);
        return new JobWatch(wire, requests, time.get(), paths, source, random);
    }

    /** Waits for the end of a job, however long it takes, and answers the job as it is then. */
    public RemoteJob await(String job) throws IOException, InterruptedException {
        try (JobWatch watch = watch(job)) {
            Optional<JobEvent> event = watch.next();
            while (event.isPresent()) {
                event = watch.next();
            }
        }
        return job(job);
    }

    /**
     * Fetches a result to a file, which gets its name only when it is whole and has the bytes that its tag names. A cut is made good from where it was.
     *
     * @throws TidingsException when it is not to be had, or not the same any more
     */
    public void fetch(RemoteArtifact artifact, Path target) throws IOException, InterruptedException {
        URI uri = base.resolve(artifact.href());
        if (!sameOrigin(uri)) {
            throw new IllegalArgumentException("an artifact is at " + uri + ", not at " + base);
        }
        new ArtifactDownload(wire, time.get(), random).to(target, artifact, () -> requests.to(uri));
    }

    private RetryingRequests asking() {
        return new RetryingRequests(wire, time.get(), random);
    }

    private JsonObject ask(String method, URI uri, boolean keyed) throws IOException, InterruptedException {
        String key = "\"" + UUID.randomUUID() + "\"";
        return asking().json(
                        () -> keyed ? requests.to(uri).setHeader("Idempotency-Key", key) : requests.to(uri),
                        method,
                        null,
                        bytes -> {});
    }

    private URI below(String job, String path) {
        return URI.create(uri(job) + path);
    }

    private URI uri(String job) {
        URI uri = base.resolve(job.matches("[A-Za-z0-9_-]{1,64}") ? "api/jobs/" + job : job);
        if (!sameOrigin(uri)) {
            throw new IllegalArgumentException("job " + job + " is not at " + base);
        }
        return uri;
    }

    /** What is added to requests, such as a password, goes to Tidings only. */
    private boolean sameOrigin(URI uri) {
        return base.getScheme().equals(uri.getScheme())
                && base.getRawAuthority().equals(uri.getRawAuthority());
    }

    private static RemoteJob job(@Nullable JsonObject json) throws TidingsException {
        RemoteJob job = RemoteJob.of(json);
        if (job == null) {
            throw new TidingsException(0, "the answer is no job");
        }
        return job;
    }
}
