package dev.tidings.it.balancers;

import dev.tidings.client.JobEvent;
import dev.tidings.client.JobWatch;
import dev.tidings.client.TidingsClient;
import dev.tidings.it.nodes.Sightings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one job's log to its end through a balancer by the product's Java client.
 *
 * <p>Threads: one of its own; any may ask and stop it.
 */
final class EndpointWatcher implements Runnable {
    private final FedJob job;
    private final String name;
    private final Sightings sightings;
    private final JobWatch watch;
    private volatile boolean ended;

    EndpointWatcher(String balancer, BalancerEndpoint front, FedJob job, Sightings sightings) {
        this.job = job;
        this.sightings = sightings;
        name = balancer + " " + front + " Java client";
        watch = TidingsClient.at(front.base(), front.client(), Map::of).watch(job.id(), 0);
    }

    /** Whether it has seen the terminal event. */
    boolean ended() {
        return ended;
    }

    void stop() {
        watch.close();
    }

    @Override
    public void run() {
        try {
            for (Optional<JobEvent> event = watch.next(); event.isPresent(); event = watch.next()) {
                sightings.saw(name, job.id(), name, event.get().json());
            }
            ended = true;
        } catch (IOException | RuntimeException e) {
            sightings.broken(name + ": " + e);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
