package dev.tidings.http.jobs;

import dev.tidings.feed.Feeds;
import dev.tidings.feed.PumpExecutors;
import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.handlers.CountdownHandler;
import dev.tidings.handlers.DigestHandler;
import dev.tidings.http.ApiServlet;
import dev.tidings.http.Caller;
import dev.tidings.http.ErrorServlet;
import dev.tidings.http.PublicPath;
import dev.tidings.http.Role;
import dev.tidings.http.Routes;
import dev.tidings.http.Uploads;
import dev.tidings.http.artifact.FetchArtifact;
import dev.tidings.http.worker.WorkerResources;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.job.JobType;
import dev.tidings.log.AppendMeter;
import dev.tidings.log.Appender;
import dev.tidings.log.LogListener;
import dev.tidings.log.RowDecision;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.run.JsonBinding;
import dev.tidings.run.WorkerReports;
import dev.tidings.testing.EmbeddedServer;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.time.TimerWheel;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The resources of jobs in a real Tomcat over a store in memory; nobody runs the jobs, the test says what becomes of them. */
final class ApiFixture implements AutoCloseable {
    static final JobLimits LIMITS =
            new JobLimits(64 * 1024, 4 << 20, 5, Duration.ofSeconds(3), "test-node", Duration.ofMinutes(5));

    private static final int UPLOADS = 3;

    final InMemoryStore store = new InMemoryStore(InstantSource.system());
    final EmbeddedServer server;
    final SubscriberLimiter readers;
    volatile boolean draining;

    private final ExecutorService storeThreads = Executors.newFixedThreadPool(4);
    private final ExecutorService uploads =
            new ThreadPoolExecutor(0, UPLOADS, 5, TimeUnit.SECONDS, new SynchronousQueue<>());
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Future<?> ticking;
    private final Feeds feeds;

    ApiFixture() {
        this(context -> {});
    }

    ApiFixture(EmbeddedServer.Adjustment adjustment) {
        var timer = new TimerWheel(InstantSource.system());
        ticking = ticks.scheduleAtFixedRate(timer::tick, 20, 20, TimeUnit.MILLISECONDS);
        readers = new SubscriberLimiter(100, 50, timer, new Random(1));
        feeds = new Feeds(store, storeThreads, timer, new PumpExecutors(storeThreads, storeThreads, 2), new Random(1));
        var external = new JobType<>("external", "External", "Elsewhere.", Object.class, "{}", 0, 0);
        var routes = new Routes();
        new JobResources(
                        store,
                        store,
                        feeds,
                        new TypeCatalog(
                                List.of(new CountdownHandler().type(), new DigestHandler().type(), external),
                                new JsonBinding()),
                        this::cancel,
                        feeds,
                        readers,
                        new Uploads(uploads, 2),
                        () -> draining,
                        LIMITS)
                .addTo(routes);
        routes.add(
                "GET",
                "/api/jobs/{id}/artifacts/{name}",
                new FetchArtifact(new JobAccess(store), store, storeThreads, storeThreads, job -> () -> {}));
        var appender = new Appender(store, storeThreads, timer, new Random(1), feeds, AppendMeter.NONE, nanos -> {});
        new WorkerResources(
                        new JobAccess(store),
                        store,
                        new WorkerReports(
                                appender,
                                store,
                                storeThreads,
                                timer,
                                new Random(2),
                                LIMITS.workerTimeout(),
                                16 * 1024,
                                100),
                        new Uploads(uploads, 2),
                        LIMITS.maxBodyBytes(),
                        LIMITS.maxUploadBytes())
                .addTo(routes);
        server = EmbeddedServer.start(
                context -> {
                    EmbeddedServer.filter(context, "who", who());
                    EmbeddedServer.servlet(context, "problem", new ErrorServlet(routes, true), ErrorServlet.PATH);
                    EmbeddedServer.servlet(
                            context,
                            "api",
                            new ApiServlet(
                                    routes, storeThreads, storeThreads, timer, Caller.NOBODY, PublicPath.CONTEXT),
                            "/api/*");
                },
                adjustment);
    }

    /** The test says who it is by a header; without it, it is alice. */
    private static Filter who() {
        return (request, response, chain) -> {
            String who = ((jakarta.servlet.http.HttpServletRequest) request).getHeader("X-Who");
            Caller caller = who == null
                    ? new Caller("alice", Set.of(Role.USER))
                    : new Caller(
                            who,
                            who.equals("root")
                                    ? Set.of(Role.ADMIN)
                                    : who.startsWith("worker") ? Set.of(Role.WORKER) : Set.of(Role.USER));
            request.setAttribute(Caller.ATTRIBUTE, caller);
            chain.doFilter(request, response);
        };
    }

    private CompletionStage<Optional<Job>> cancel(String job, String by) {
        write(job, new Event.Cancelled(by));
        return CompletableFuture.completedFuture(store.find(job));
    }

    /** Appends events to a job's log, as a runner would. */
    void write(String job, Event... events) {
        for (WriteResult written : store.write(List.of(new Write(job, row -> RowDecision.Verdict.append(events))))) {
            if (written instanceof WriteResult.Done done) {
                ((LogListener) feeds).grown(done.growth());
            }
        }
    }

    JobState state(String job) {
        return store.find(job).orElseThrow().state();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        var request = request(path).GET();
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> submit(String json, String... headers) throws IOException, InterruptedException {
        return submit(json.getBytes(StandardCharsets.UTF_8), headers);
    }

    HttpResponse<String> submit(byte[] json, String... headers) throws IOException, InterruptedException {
        var request = request("/api/jobs").POST(HttpRequest.BodyPublishers.ofByteArray(json));
        if (!List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> post(String path, String... headers) throws IOException, InterruptedException {
        var request = request(path).POST(HttpRequest.BodyPublishers.noBody());
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** The id of the job in an answer. */
    static String id(HttpResponse<String> answer) {
        var location = answer.headers().firstValue("Location").orElseThrow();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    @Override
    public void close() {
        server.close();
        storeThreads.shutdownNow();
        uploads.shutdownNow();
        ticking.cancel(false);
        ticks.shutdownNow();
    }
}
