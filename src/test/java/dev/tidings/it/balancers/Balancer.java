package dev.tidings.it.balancers;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A balancer that runs, in processes of its own, in the foreground. What it says goes to {@code target/it-logs/}.
 *
 * <p>Threads: started and closed by the test's; its fronts may be used by any.
 */
final class Balancer implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final Recipe recipe;
    private final Recipe.Plan plan;
    private final Path log;
    private final Process process;
    private final Thread stopAtExit = new Thread(this::kill, "kill-balancer");

    /** Starts it and waits until each front answers for a node that is ready. */
    Balancer(Recipe recipe, BalancerContext place, List<Path> programs) throws IOException, InterruptedException {
        this.recipe = recipe;
        plan = recipe.plan(place, programs);
        Path logs = Files.createDirectories(Path.of(System.getProperty("tidings.build", "target"), "it-logs")
                .toAbsolutePath());
        log = logs.resolve("balancer-" + recipe.name().replaceAll("[^A-Za-z0-9]+", "-") + "-"
                + ProcessHandle.current().pid() + ".log");
        var builder = new ProcessBuilder(plan.command())
                .directory(place.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("HOME", place.folder().toString());
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(stopAtExit);
        try {
            for (BalancerEndpoint front : plan.fronts()) {
                awaitReady(front);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    Recipe recipe() {
        return recipe;
    }

    List<BalancerEndpoint> fronts() {
        return plan.fronts();
    }

    private void awaitReady(BalancerEndpoint front) throws InterruptedException {
        long began = System.nanoTime();
        Object last = "";
        while (System.nanoTime() - began < READY_WITHIN.toNanos() && process.isAlive()) {
            try {
                int status = ready(front);
                if (status == 200) {
                    return;
                }
                last = status;
            } catch (IOException e) {
                last = e;
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError(
                recipe.name() + " does not get ready by " + front + ": " + last + "; it said:\n" + said());
    }

    /** What {@code health/ready} says at the node to which this request happens to go. */
    static int ready(BalancerEndpoint front) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(front.at("health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        return front.client().send(request, BodyHandlers.discarding()).statusCode();
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void kill() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends it and its children at once. */
    @Override
    public void close() {
        kill();
        process.onExit().join();
        try {
            Runtime.getRuntime().removeShutdownHook(stopAtExit);
        } catch (IllegalStateException shutdown) {
            // The hook runs already.
        }
    }

    @Override
    public String toString() {
        return recipe.name();
    }
}
