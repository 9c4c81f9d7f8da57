package dev.tidings.it.balancers;

import dev.tidings.it.balancers.EndpointStream.Arrival;
import dev.tidings.it.nodes.Sightings;
import dev.tidings.testing.Waiting;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Reads one job's log to its end through a balancer by one transport, as our clients do: comes again when it is told to,
 * and notes whatever a client would call an error.
 *
 * <p>Threads: one of its own; any may ask and stop it.
 */
final class EndpointReader implements Runnable {
    /** How a log is read. */
    enum Transport {
        STREAM,
        LONG_POLL,
        POLL
    }

    /** With a heartbeat each second, a stream that says nothing for so long is mute. */
    private static final Duration MUTE_AFTER = Duration.ofSeconds(4);

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final BalancerEndpoint front;
    private final Transport transport;
    private final FedJob job;
    private final String name;
    private final Sightings sightings;
    private final NavigableMap<Long, Long> seen = new ConcurrentSkipListMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;
    private volatile boolean stopped;

    EndpointReader(String balancer, BalancerEndpoint front, Transport transport, FedJob job, Sightings sightings) {
        this.front = front;
        this.transport = transport;
        this.job = job;
        this.sightings = sightings;
        name = balancer + " " + front + " " + transport;
    }

    /** The number of the newest event that it has seen; 0 before any. */
    long cursor() {
        return seen.isEmpty() ? 0 : seen.lastKey();
    }

    /** When it saw its first event after that number, in {@link System#nanoTime}. */
    long seenAfter(long seq) {
        return seen.higherEntry(seq).getValue();
    }

    /** Whether it has seen the terminal event. */
    boolean ended() {
        return ended;
    }

    /** What went wrong so far. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try {
            while (!ended && !stopped) {
                Duration pause = PAUSE;
                try {
                    pause = switch (transport) {
                        case STREAM -> stream();
                        case LONG_POLL -> poll(3);
                        case POLL -> poll(0);
                    };
                } catch (IOException away) {
                    failed(away.toString());
                }
                if (!ended) {
                    Waiting.pass(pause);
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            sightings.broken(name + ": " + e);
        }
    }

    private Duration stream() throws IOException, InterruptedException {
        Duration retry = PAUSE;
        boolean bye = false;
        try (var stream = EndpointStream.open(front, job.events(), "Last-Event-ID", Long.toString(cursor()))) {
            if (stream.response().statusCode() != 200) {
                failed("a stream is answered " + stream.response().statusCode());
                return PAUSE;
            }
            while (!ended && !stopped) {
                Arrival next = stream.next(MUTE_AFTER);
                if (next == null) {
                    failed("mute");
                    return PAUSE;
                }
                if (next.block() == null) {
                    if (next.cut() != null) {
                        failed(next.cut().toString());
                    } else if (!bye) {
                        failed("a stream ended without bye");
                    }
                    return retry;
                }
                if (next.block().retryMs() >= 0) {
                    retry = Duration.ofMillis(next.block().retryMs());
                }
                bye = next.is("bye");
                if (next.is("message")) {
                    see(Sightings.json(next.block().data()));
                }
            }
        }
        return retry;
    }

    private Duration poll(int seconds) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(front.at(job.events() + "?after=" + cursor() + "&wait=" + seconds))
                .timeout(MUTE_AFTER.plusSeconds(seconds))
                .header("Accept", "application/json")
                .build();
        HttpResponse<String> answer = front.client().send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            failed("a poll is answered " + answer.statusCode());
            return PAUSE;
        }
        for (JsonObject event :
                Sightings.json(answer.body()).getJsonArray("events").getValuesAs(JsonObject.class)) {
            see(event);
        }
        Duration own = transport == Transport.POLL ? PAUSE : Duration.ZERO;
        return answer.headers()
                .firstValue("Retry-After")
                .map(after -> Duration.ofSeconds(Long.parseLong(after)))
                .orElse(own);
    }

    private void see(JsonObject event) {
        sightings.saw(name, job.id(), name, event);
        seen.put(Sightings.seq(event), System.nanoTime());
        ended = Sightings.terminal(event);
    }

    private void failed(String why) {
        if (!stopped) {
            failures.add(name + " after " + cursor() + ": " + why);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
