package dev.tidings.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Report;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client's reading in virtual time through paths that misbehave. {@code -Dhistories=} for more random ones, {@code -Dseed=} for the same again.
 */
class WatchSimulationTest {
    private static final long MINUTE = 60_000;
    private static final int HISTORIES = Integer.getInteger("histories", 3_000);
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    private final SimNetwork network = new SimNetwork(1);

    @Test
    void a_clear_path_is_read_by_one_stream_that_rotates() throws Exception {
        read(SimPath.CLEAR, 60, MINUTE);

        assertThat(kinds(0)).containsExactly(Transport.STREAM);
        assertThat(network.asked).hasSizeLessThan(12);
    }

    @Test
    void a_path_that_holds_streams_back_is_left_after_five_seconds_and_probed_now_and_then() throws Exception {
        read(SimPath.CLEAR.hold(SimPath.Hold.ALL), 60, MINUTE);

        assertThat(network.asked.get(1).kind()).isEqualTo(Transport.LONG_POLL);
        assertThat(network.asked.get(1).atMs() - network.asked.get(0).atMs()).isBetween(5_000L, 6_000L);
        assertThat(network.asked.stream().filter(each -> each.kind() == Transport.STREAM))
                .hasSizeBetween(3, 16);
        assertThat(kinds(0)).doesNotContain(Transport.POLL);
    }

    @Test
    void a_path_that_holds_the_last_piece_back_is_read_by_long_polls() throws Exception {
        read(SimPath.CLEAR.hold(SimPath.Hold.LAST), 60, MINUTE);

        assertThat(kinds(0)).contains(Transport.LONG_POLL);
    }

    @Test
    void long_polls_that_are_cut_are_asked_for_with_shorter_waits() throws Exception {
        read(SimPath.CLEAR.cut(12_000, false), 12, 5 * MINUTE);

        List<Integer> waits = network.asked.stream()
                .filter(each -> each.kind() == Transport.LONG_POLL)
                .map(each -> Integer.valueOf(each.uri().getQuery().replaceAll(".*wait=(\\d+).*", "$1")))
                .toList();
        assertThat(waits.subList(waits.size() - 20, waits.size()).stream().filter(wait -> wait <= 12))
                .hasSizeGreaterThan(15);
    }

    @Test
    void a_path_that_cuts_all_that_is_held_is_polled() throws Exception {
        read(SimPath.CLEAR.cut(3_000, true), 12, 5 * MINUTE);

        long late = network.time.nowMs() - 20 * MINUTE;
        assertThat(network.asked.stream().filter(each -> each.atMs() > late && each.kind() == Transport.POLL))
                .hasSizeGreaterThan(60);
    }

    @Test
    void a_stream_that_is_cut_after_each_few_events_stays_since_the_cursor_moves() throws Exception {
        read(SimPath.CLEAR.cut(20_000, true), 200, 4_000);

        assertThat(kinds(0)).containsExactly(Transport.STREAM);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 401, 403, 407, 502})
    void a_gateways_page_in_the_place_of_a_stream_is_no_answer(int status) throws Exception {
        read(SimPath.CLEAR.block(SimPath.Block.STREAMS, status), 60, MINUTE);

        assertThat(kinds(0)).containsExactly(Transport.STREAM, Transport.LONG_POLL);
    }

    @Test
    void a_server_with_too_many_readers_that_wait_is_polled() throws Exception {
        read(SimPath.CLEAR.limited(true), 10, MINUTE);

        assertThat(kinds(0)).contains(Transport.POLL);
    }

    @Test
    void when_the_path_lets_go_the_stream_comes_back() throws Exception {
        network.time.later(30 * MINUTE, () -> network.path(SimPath.CLEAR));
        read(SimPath.CLEAR.hold(SimPath.Hold.ALL), 100, MINUTE);

        long late = network.time.nowMs() - 20 * MINUTE;
        assertThat(kinds(late)).containsExactly(Transport.STREAM);
    }

    @Test
    void a_stream_that_vanished_is_noticed_after_two_and_a_half_heartbeats() throws Exception {
        network.time.later(20_000, () -> network.breakAll(false));
        read(SimPath.CLEAR, 10, 5 * MINUTE);

        long silentMs = network.asked.get(1).atMs() - network.asked.get(0).atMs();
        assertThat(silentMs).isBetween(37_000L, 59_000L);
    }

    @Test
    void what_was_learned_of_a_path_is_kept_for_the_next_watch() throws Exception {
        var paths = new PathMemory();
        network.path(SimPath.CLEAR.hold(SimPath.Hold.ALL));
        network.append("queued");
        network.append("log");
        network.watch(0, new Random(3), paths).next();
        int before = network.asked.size();

        network.watch(0, new Random(4), paths).next();

        assertThat(network.asked.get(before).kind()).isEqualTo(Transport.LONG_POLL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"page 200", "page 502", "refused", "hangs", "store away", "cut after 10 bytes"})
    void whatever_is_answered_no_loop_is_tight_and_it_recovers(String fault) throws Exception {
        SimPath path = switch (fault) {
            case "page 200" -> SimPath.CLEAR.block(SimPath.Block.ALL, 200);
            case "page 502" -> SimPath.CLEAR.block(SimPath.Block.ALL, 502);
            case "refused" -> SimPath.CLEAR.down(SimPath.Down.FAILS);
            case "hangs" -> SimPath.CLEAR.down(SimPath.Down.HANGS);
            case "store away" -> SimPath.CLEAR.busy(true);
            default -> SimPath.CLEAR.cutBytes(10);
        };
        network.time.later(30 * MINUTE, () -> {
            assertThat(network.asked).hasSizeLessThan(30 * 8);
            network.path(SimPath.CLEAR);
            network.append("succeeded");
            network.time.limit(network.time.nowMs() + 2 * MINUTE);
        });
        network.append("queued");
        network.path(path);

        assertDelivered(all(network.watch(0, new Random(5))));
    }

    @Test
    @Tag("simulation")
    void random_networks_lose_nothing_repeat_nothing_and_are_never_asked_too_often() throws Exception {
        Report.line("seed " + SEED);
        long requests = 0;
        long events = 0;
        for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
            try {
                SimNetwork history = new SimNetwork(seed);
                events += randomHistory(history, new Random(seed));
                requests += history.asked.size();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dhistories=1 -Dseed=" + seed, e);
            }
        }
        Report.line(HISTORIES + " networks, " + requests + " requests, " + events + " events");
    }

    private static int randomHistory(SimNetwork network, Random random) throws Exception {
        network.path(SimPath.any(random));
        long atMs = 0;
        for (int change = random.nextInt(8); change > 0; change--) {
            atMs += random.nextInt(90_000);
            int lot = random.nextInt(100);
            SimPath next = SimPath.any(random);
            long asleepMs = random.nextLong(60 * MINUTE);
            network.time.later(atMs, () -> {
                if (lot < 15) {
                    network.time.sleep(asleepMs);
                }
                if (lot % 2 == 0) {
                    network.breakAll(lot % 4 == 0);
                }
                network.path(next);
            });
        }
        SimPath last = SimPath.passable(random);
        // A quarter of an hour after the job's end and the path's last change all must be told.
        Runnable soon = () -> network.time.limit(network.time.nowMs() + 15 * MINUTE);
        int[] both = {2};
        Runnable one = () -> {
            if (--both[0] == 0) {
                soon.run();
            }
        };
        network.time.later(atMs + 1, () -> {
            network.path(last);
            one.run();
        });
        network.onEnd(one);
        network.work(5 + random.nextInt(60), 100 + random.nextInt(20_000));
        List<JobEvent> seen = all(network.watch(0, random));
        assertDelivered(network, seen);
        return seen.size();
    }

    private void read(SimPath path, int events, long gapMs) throws Exception {
        network.path(path);
        network.work(events, gapMs);
        network.onEnd(() -> network.time.limit(network.time.nowMs() + 15 * MINUTE));
        assertDelivered(all(network.watch(0, new Random(2))));
    }

    private static List<JobEvent> all(JobWatch watch) throws Exception {
        var events = new ArrayList<JobEvent>();
        for (Optional<JobEvent> event = watch.next(); event.isPresent(); event = watch.next()) {
            events.add(event.get());
        }
        assertThat(watch.next()).isEmpty();
        return events;
    }

    private Set<Transport> kinds(long sinceMs) {
        return network.asked.stream()
                .filter(each -> each.atMs() >= sinceMs)
                .map(SimNetwork.Asked::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Transport.class)));
    }

    private void assertDelivered(List<JobEvent> events) {
        assertDelivered(network, events);
    }

    private static void assertDelivered(SimNetwork network, List<JobEvent> events) {
        assertThat(events.stream().map(JobEvent::seq).toList()).isSorted().doesNotHaveDuplicates();
        assertThat(important(events.stream().map(JobEvent::json).toList())).isEqualTo(important(network.log));
        for (int i = 1; i < network.asked.size(); i++) {
            assertThat(network.asked.get(i).atMs() - network.asked.get(i - 1).atMs())
                    .as("between two requests")
                    .isGreaterThanOrEqualTo(RetryDelays.FLOOR_MS);
        }
    }

    private static List<JsonObject> important(List<JsonObject> events) {
        return events.stream()
                .filter(event -> !event.getString("type").equals("progress"))
                .toList();
    }
}
