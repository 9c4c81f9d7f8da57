package dev.tidings.http.events;

import dev.tidings.feed.Feeds;
import dev.tidings.feed.PumpExecutors;
import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.feed.SubscriptionTimeouts;
import dev.tidings.http.ApiServlet;
import dev.tidings.http.Caller;
import dev.tidings.http.PublicPath;
import dev.tidings.http.Routes;
import dev.tidings.http.poll.LongPoll;
import dev.tidings.http.sse.EventStreams;
import dev.tidings.http.sse.SseBlocks;
import dev.tidings.job.Event;
import dev.tidings.job.Json;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.EmbeddedServer;
import dev.tidings.testing.EventStream;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.time.TimerWheel;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The event resources in a real Tomcat, over a store in memory. */
final class EventsFixture implements AutoCloseable {
    static final Duration HEARTBEAT = Duration.ofMillis(300);

    final TimerWheel timer = new TimerWheel(InstantSource.system());
    final InMemoryStore store = new InMemoryStore(InstantSource.system());
    final Feeds feeds;
    final SubscriberLimiter readers;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private final EmbeddedServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    EventsFixture(Duration age, int streamsPerUser) {
        ticks.scheduleAtFixedRate(timer::tick, 0, TimerWheel.TICK.toMillis(), TimeUnit.MILLISECONDS);
        var random = new Random(1);
        feeds = new Feeds(store, threads, timer, new PumpExecutors(threads, threads, 2), random);
        readers = new SubscriberLimiter(100, streamsPerUser, timer, random);
        var blocks = new SseBlocks(Duration.ofSeconds(2), HEARTBEAT, age, timer.clock(), random);
        var streams = new EventStreams(
                feeds, readers, blocks, SubscriptionTimeouts.streams(HEARTBEAT, age, 0.2, Duration.ofSeconds(60)), 0);
        var polls = new LongPoll(feeds, readers, Duration.ofSeconds(60), random);
        var routes = new Routes()
                .add("GET", "/api/jobs/{id}/events", new JobEvents(store, feeds, streams, polls))
                .add("GET", "/api/events", new ManyJobsEvents(store, streams));
        Filter everybody = (request, response, chain) -> {
            request.setAttribute(Caller.ATTRIBUTE, Caller.ANONYMOUS);
            chain.doFilter(request, response);
        };
        server = EmbeddedServer.start(context -> {
            EmbeddedServer.filter(context, "everybody", everybody);
            EmbeddedServer.servlet(
                    context,
                    "api",
                    new ApiServlet(routes, threads, threads, timer, Caller.NOBODY, PublicPath.CONTEXT),
                    "/api/*");
        });
    }

    void submit(String id) {
        var submitted = store.submit(new JobSubmission(
                id,
                "countdown",
                "A \u2028 title",
                "anonymous",
                Json.EMPTY_OBJECT,
                0,
                null,
                List.of(),
                null,
                null,
                null,
                10));
        feeds.grown(((SubmitResult.Accepted) submitted).growth());
    }

    void append(String job, Event... events) {
        var written = store.write(List.of(new Write(job, row -> Verdict.append(events))));
        feeds.grown(((WriteResult.Done) written.get(0)).growth());
    }

    EventStream stream(String path, String... headers) throws IOException {
        return EventStream.open(URI.create(server.url() + path), headers);
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        server.close();
        ticks.shutdownNow();
        threads.shutdownNow();
    }
}
