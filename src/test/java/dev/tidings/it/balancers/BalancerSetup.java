package dev.tidings.it.balancers;

import dev.tidings.it.JobsClient;
import dev.tidings.it.nodes.Cluster;
import dev.tidings.it.nodes.Node;
import dev.tidings.testing.InstalledPrograms;
import dev.tidings.testing.Report;
import dev.tidings.testing.Waiting;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes over one PostgreSQL, and in front of them every balancer that the machine has, started once for all tests.
 *
 * <p>Threads: one test thread; what is done through all balancers at once has threads of its own.
 */
final class BalancerSetup implements AutoCloseable {
    /** Short, so that much fits into a test; the configurations are made for the default of 15 s. */
    static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** The default of {@code tidings.wait.max}, which no balancer may cut. */
    static final int LONGEST_WAIT_SECONDS = 60;

    private final Cluster cluster;
    private final Path home;
    private final Map<Recipe, CompletableFuture<Balancer>> balancers =
            Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, Map<Recipe, CompletableFuture<?>>> together = new HashMap<>();
    private final Figures figures;
    private final TestCertificate certificate;
    private @Nullable JsonObject artifact;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "through-a-balancer");
        thread.setDaemon(true);
        return thread;
    });

    BalancerSetup(List<Recipe> recipes) throws IOException, GeneralSecurityException {
        this(recipes, Map.of());
        together("quiet", (balancer, front) -> quiet(front));
    }

    /** The same with settings of the nodes, and with nothing under way. */
    BalancerSetup(List<Recipe> recipes, Map<String, String> more) throws IOException, GeneralSecurityException {
        figures = new Figures(recipes);
        home = Files.createTempDirectory("tidings-balancers");
        home.toFile().setExecutable(true, false);
        home.toFile().setReadable(true, false);
        certificate = new TestCertificate();
        var settings = new HashMap<>(more);
        settings.put("tidings.heartbeat", HEARTBEAT.toSeconds() + "s");
        settings.put("tidings.drain.spread", "5s");
        settings.put("ajp.secret", "change-me");
        cluster = new Cluster(2, 1, settings);
        for (Recipe recipe : recipes) {
            List<Path> programs = recipe.programs().stream()
                    .map(InstalledPrograms::find)
                    .flatMap(Optional::stream)
                    .toList();
            if (programs.size() == recipe.programs().size()) {
                balancers.put(recipe, CompletableFuture.supplyAsync(() -> start(recipe, programs), threads));
            }
        }
    }

    private Balancer start(Recipe recipe, List<Path> programs) {
        try {
            Path folder = Files.createDirectories(home.resolve(recipe.name().replaceAll("[^A-Za-z0-9]+", "-")));
            certificate.write(folder);
            return new Balancer(
                    recipe,
                    new BalancerContext(
                            folder, cluster.nodes(), certificate.trusting(), () -> balancer(Recipes.HAPROXY)),
                    programs);
        } catch (Exception e) {
            throw new AssertionError(recipe.name() + " does not start", e);
        }
    }

    /** The balancer; the test is skipped where the machine has not got it. */
    Balancer balancer(Recipe recipe) {
        recipe.programs().forEach(InstalledPrograms::need);
        return balancers.get(recipe).join();
    }

    /** One more, which is the caller's; the test is skipped where the machine has not got it. */
    Balancer another(Recipe recipe) {
        return start(
                recipe, recipe.programs().stream().map(InstalledPrograms::need).toList());
    }

    /** All that have started. */
    List<Balancer> all() {
        var all = new ArrayList<Balancer>();
        balancers.values().forEach(balancer -> {
            try {
                all.add(balancer.join());
            } catch (RuntimeException e) {
                // Its own tests say so.
            }
        });
        return all;
    }

    Node node(int index) {
        return cluster.node(index);
    }

    Cluster cluster() {
        return cluster;
    }

    /** Waits until the nodes hold that many polls. */
    void awaitPolls(int wanted) throws Exception {
        Waiting.until(
                () -> "fewer than " + wanted + " polls are held",
                EndpointStream.PATIENCE,
                () -> meter().polls() >= wanted);
    }

    StreamMetrics meter() {
        return new StreamMetrics(cluster.nodes());
    }

    Figures figures() {
        return figures;
    }

    ExecutorService threads() {
        return threads;
    }

    /** A node without a balancer, to compare with. */
    BalancerEndpoint direct() {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return new BalancerEndpoint("HTTP/1.1", node(0).at(""), client, false);
    }

    /** Something that takes time and not work. */
    interface Through<T> {
        T by(Balancer balancer, BalancerEndpoint front) throws Exception;
    }

    /** Begins something by all fronts of all balancers at once. */
    private synchronized <T> void together(String what, Through<T> through) {
        var all = new HashMap<Recipe, CompletableFuture<?>>();
        balancers.forEach((recipe, balancer) -> all.put(
                recipe,
                balancer.thenComposeAsync(
                        started -> {
                            List<CompletableFuture<T>> fronts = started.fronts().stream()
                                    .map(front -> CompletableFuture.supplyAsync(
                                            () -> {
                                                try {
                                                    return through.by(started, front);
                                                } catch (Exception e) {
                                                    throw new AssertionError(started + " by " + front, e);
                                                }
                                            },
                                            threads))
                                    .toList();
                            return CompletableFuture.allOf(fronts.toArray(CompletableFuture[]::new))
                                    .thenApply(done -> fronts.stream()
                                            .map(CompletableFuture::join)
                                            .toList());
                        },
                        threads)));
        together.put(what, all);
    }

    /**
     * Does something by all fronts of all balancers at once, the first time that one of them asks.
     *
     * @return the answers by the fronts of this balancer
     */
    @SuppressWarnings("unchecked")
    synchronized <T> List<T> together(String what, Balancer asked, Through<T> through) {
        if (!together.containsKey(what)) {
            together(what, through);
        }
        return (List<T>) together.get(what).get(asked.recipe()).join();
    }

    /**
     * A poll that is quiet for as long as Tidings ever is: longer than three default heartbeats.
     *
     * @return how long it took
     */
    static Duration quiet(BalancerEndpoint front) throws IOException, InterruptedException {
        long began = System.nanoTime();
        var request = HttpRequest.newBuilder(front.at("api/path-check?wait=" + LONGEST_WAIT_SECONDS))
                .timeout(Duration.ofSeconds(LONGEST_WAIT_SECONDS + 30))
                .header("Accept", "application/json")
                .build();
        HttpResponse<String> answer = front.client().send(request, BodyHandlers.ofString());
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " after " + took + ": " + answer.body());
        }
        return took;
    }

    /** Returns when nothing that was begun by all balancers at once is under way. */
    void awaitQuiet() {
        Stream<CompletableFuture<?>> all = together.values().stream().flatMap(each -> each.values().stream());
        CompletableFuture.allOf(
                        all.map(each -> each.handle((done, failure) -> null)).toArray(CompletableFuture[]::new))
                .join();
    }

    /** An artifact of that size, made once. */
    JsonObject largeArtifact(long bytes) throws IOException, InterruptedException {
        if (artifact == null) {
            var client = new JobsClient(direct().base(), direct().client());
            String id = client.submit(
                            "artifact",
                            "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"0ms\",\"artifactBytes\":"
                                    + bytes + "}}")
                    .getString("id");
            client.awaitEnd(id);
            artifact = client.get("jobs/" + id).getJsonArray("artifacts").getJsonObject(0);
        }
        return artifact;
    }

    @Override
    public void close() throws IOException {
        Report.line(figures.toString());
        all().forEach(Balancer::close);
        threads.shutdownNow();
        cluster.close();
        try {
            new ProcessBuilder("rm", "-rf", home.toString()).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
