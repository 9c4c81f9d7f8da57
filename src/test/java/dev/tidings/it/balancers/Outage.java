package dev.tidings.it.balancers;

import dev.tidings.it.balancers.EndpointReader.Transport;
import dev.tidings.it.nodes.Node;
import dev.tidings.it.nodes.Reader;
import dev.tidings.it.nodes.Sightings;
import dev.tidings.testing.Report;
import dev.tidings.testing.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One story through all balancers at once, while readers of every transport follow a job: the first node is drained,
 * stopped and started again, as in a rolling update, and then the second is killed. The product's own client follows it too.
 */
final class Outage {
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /** No new request went to the draining node for so long: the balancer has noticed. */
    private static final Duration SURELY = Duration.ofSeconds(2);

    /**
     * How it was behind one balancer.
     *
     * @param errors what its readers would have called an error until the first node was back
     * @param noticed until the last request went to the draining node; null for a balancer that does not ask
     * @param resumed from the kill to the last reader's first new event
     * @param behind readers that have not seen the end
     */
    record Outcome(List<String> errors, @Nullable Duration noticed, Duration resumed, List<String> behind) {}

    private final BalancerSetup world;
    private final Sightings sightings = new Sightings();
    private final Map<Balancer, List<EndpointReader>> readers = new HashMap<>();
    private final Map<Balancer, List<EndpointWatcher>> watchers = new HashMap<>();
    private final Map<Balancer, List<String>> errors = new HashMap<>();
    private final Map<Balancer, Duration> noticed = new ConcurrentHashMap<>();
    private final Map<Balancer, Duration> resumed = new HashMap<>();
    private final Map<Recipe, Outcome> outcomes = new HashMap<>();

    Outage(BalancerSetup world) {
        this.world = world;
    }

    /** Lets it happen. */
    void run() throws Exception {
        Node first = world.node(0);
        Node second = world.node(1);
        FedJob job = FedJob.submit(first);
        follow(job);
        try {
            drainAndRestart(job, first, second);
            killed(job, second, first);
            job.succeed(first);
            within(
                    PATIENCE,
                    () -> all().stream().allMatch(EndpointReader::ended)
                            && watchers.values().stream().flatMap(List::stream).allMatch(EndpointWatcher::ended));
        } finally {
            all().forEach(EndpointReader::stop);
            watchers.values().forEach(own -> own.forEach(EndpointWatcher::stop));
        }
        sightings.check(job.id(), Reader.wholeLog(first, job.id()));
        readers.forEach((balancer, own) -> outcomes.put(
                balancer.recipe(),
                new Outcome(
                        errors.get(balancer),
                        noticed.get(balancer),
                        resumed.get(balancer),
                        Stream.concat(
                                        own.stream()
                                                .filter(reader -> !reader.ended())
                                                .map(EndpointReader::toString),
                                        watchers.get(balancer).stream()
                                                .filter(watcher -> !watcher.ended())
                                                .map(EndpointWatcher::toString))
                                .toList())));
    }

    /** How it was behind this one. */
    Outcome of(Recipe recipe) {
        return outcomes.get(recipe);
    }

    private List<EndpointReader> all() {
        return readers.values().stream().flatMap(List::stream).toList();
    }

    private void follow(FedJob job) {
        for (Balancer balancer : world.all()) {
            var own = new ArrayList<EndpointReader>();
            for (BalancerEndpoint front : balancer.fronts().stream()
                    .filter(BalancerEndpoint::bothNodes)
                    .toList()) {
                for (Transport transport : Transport.values()) {
                    var reader = new EndpointReader(balancer.toString(), front, transport, job, sightings);
                    own.add(reader);
                    world.threads().execute(reader);
                }
            }
            readers.put(balancer, own);
            watchers.put(
                    balancer,
                    balancer.fronts().stream()
                            .filter(BalancerEndpoint::bothNodes)
                            .map(front -> new EndpointWatcher(balancer.toString(), front, job, sightings))
                            .toList());
            watchers.get(balancer).forEach(world.threads()::execute);
        }
    }

    private void drainAndRestart(FedJob job, Node first, Node second) throws Exception {
        seenByAll(job.say(second, "before the drain"));
        long began = System.nanoTime();
        if (first.post("admin/drain").statusCode() != 202) {
            throw new IOException("no drain");
        }
        CompletableFuture.allOf(world.all().stream()
                        .filter(balancer -> balancer.recipe().checksHealth())
                        .map(balancer -> CompletableFuture.runAsync(
                                () -> noticed.put(balancer, untilNoticed(balancer, began)), world.threads()))
                        .toArray(CompletableFuture[]::new))
                .join();
        var meter = new StreamMetrics(List.of(first));
        within(PATIENCE, () -> {
            try {
                return meter.open() == 0;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Report.line("drained: no stream was left after " + millisSince(began) + " ms");
        seenByAll(job.say(second, "drained"));
        first.process().stop();
        seenByAll(job.say(second, "stopped"));
        first.start();
        seenByAll(job.say(first, "started again"));
        readers.forEach((balancer, own) -> errors.put(
                balancer,
                own.stream().flatMap(reader -> reader.failures().stream()).toList()));
    }

    /** Asks until nothing has come from the draining node for a while. */
    private static Duration untilNoticed(Balancer balancer, long began) {
        var last = new AtomicLong(began);
        try {
            Waiting.holdsWithin(PATIENCE, () -> {
                for (BalancerEndpoint front : balancer.fronts()) {
                    if (Balancer.ready(front) == 503) {
                        last.set(System.nanoTime());
                    }
                }
                return System.nanoTime() - last.get() >= SURELY.toNanos();
            });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return Duration.ofNanos(last.get() - began);
    }

    private void killed(FedJob job, Node dead, Node alive) throws Exception {
        long before = job.say(alive, "before the kill");
        seenByAll(before);
        long killed = System.nanoTime();
        dead.process().kill9();
        long after = job.say(alive, "after the kill");
        seenByAll(after);
        readers.forEach((balancer, own) -> {
            long last = own.stream()
                    .filter(reader -> reader.cursor() >= after)
                    .mapToLong(reader -> reader.seenAfter(before))
                    .max()
                    .orElse(killed);
            resumed.put(balancer, Duration.ofNanos(last - killed));
        });
    }

    private void seenByAll(long seq) throws Exception {
        within(PATIENCE, () -> all().stream().allMatch(reader -> reader.cursor() >= seq));
    }

    private static void within(Duration patience, BooleanSupplier wanted) throws Exception {
        Waiting.holdsWithin(patience, wanted::getAsBoolean);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
