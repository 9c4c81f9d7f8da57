package dev.tidings.it.balancers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Report;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each balancer with its configuration of {@code deploy/} in front of two nodes; prints the table of {@code
 * docs/reference/balancers.md}. A balancer that the machine has not got is skipped by name.
 */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
@Timeout(300)
class BalancersIT {
    private static BalancerSetup world;

    @BeforeAll
    static void start() throws Exception {
        world = new BalancerSetup(Recipes.ALL);
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
    }

    @Nested
    class HAProxy extends BalancerContract {
        HAProxy() {
            super(Recipes.HAPROXY, () -> world);
        }
    }

    @Nested
    class Nginx extends BalancerContract {
        Nginx() {
            super(Recipes.NGINX, () -> world);
        }
    }

    @Nested
    class ApacheHttpd extends BalancerContract {
        ApacheHttpd() {
            super(Recipes.APACHE, () -> world);
        }
    }

    @Nested
    class ApacheHttpdByAjp extends BalancerContract {
        ApacheHttpdByAjp() {
            super(Recipes.APACHE_AJP, () -> world);
        }
    }

    @Nested
    class ApacheHttpdByAjpWithKeptConnections {
        /** More than the node has threads of its own to answer polls. */
        private static final int POLLS = 48;

        /** Tomcat waits for a kept connection's next request on the thread that set the listener of the last one's answer. */
        @Test
        void no_thread_of_a_node_waits_for_the_next_request() throws Exception {
            FedJob job = FedJob.submit(world.node(0));
            try (var balancer = world.another(Recipes.APACHE_AJP_KEPT)) {
                BalancerEndpoint front = balancer.fronts().get(0);
                for (int round = 0; round < 3; round++) {
                    long before = job.say(world.node(0), "round " + round);
                    String path = job.events() + "?wait=30&after=" + before;
                    var request = HttpRequest.newBuilder(front.at(path))
                            .header("Accept", "application/json")
                            .build();
                    var answers = IntStream.range(0, POLLS)
                            .mapToObj(i -> front.client().sendAsync(request, BodyHandlers.ofString()))
                            .toList();
                    world.awaitPolls(POLLS);
                    long said = System.nanoTime();
                    job.say(world.node(0), "answer " + round);

                    for (var answer : answers) {
                        assertThat(answer.get(20, TimeUnit.SECONDS).body()).contains("answer " + round);
                    }
                    Report.line(POLLS + " polls by kept AJP connections were answered within "
                            + (System.nanoTime() - said) / 1_000_000 + " ms");
                }
            }
            job.succeed(world.node(0));
        }
    }

    @Nested
    class Varnish extends BalancerContract {
        Varnish() {
            super(Recipes.VARNISH, () -> world);
        }
    }

    @Nested
    class Caddy extends BalancerContract {
        Caddy() {
            super(Recipes.CADDY, () -> world);
        }
    }

    @Nested
    class Squid extends BalancerContract {
        Squid() {
            super(Recipes.SQUID, () -> world);
        }
    }

    /** After the others, since it was begun before them. */
    @Nested
    @Order(Integer.MAX_VALUE - 1)
    class In_silence {
        static List<Recipe> balancers() {
            return Recipes.ALL;
        }

        /** As long as the longest poll, which is more than three heartbeats of 15 s: what its time-outs must bear. */
        @ParameterizedTest
        @MethodSource("balancers")
        void nothing_is_cut_for_as_long_as_the_longest_wait(Recipe recipe) {
            List<Duration> took =
                    world.together("quiet", world.balancer(recipe), (each, front) -> BalancerSetup.quiet(front));
            for (Duration each : took) {
                world.figures().put(recipe.name(), "longest silence, s", each.toSeconds() + "");
                assertThat(each).isGreaterThan(Duration.ofSeconds(BalancerSetup.LONGEST_WAIT_SECONDS * 9 / 10 - 1));
            }
        }
    }

    /** Last, since it takes the nodes away. */
    @Nested
    @Order(Integer.MAX_VALUE)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class When_nodes_go {
        private Outage outage;

        @BeforeAll
        void go() throws Exception {
            world.awaitQuiet();
            outage = new Outage(world);
            outage.run();
        }

        static List<Recipe> balancers() {
            return Recipes.ALL;
        }

        @ParameterizedTest
        @MethodSource("balancers")
        void a_node_is_drained_and_started_again_without_an_error_seen_by_clients(Recipe recipe) {
            world.balancer(recipe);
            Outage.Outcome outcome = outage.of(recipe);

            world.figures()
                    .put(
                            recipe.name(),
                            "errors in drain and restart",
                            outcome.errors().size() + "");
            world.figures()
                    .put(
                            recipe.name(),
                            "drain noticed, ms",
                            outcome.noticed() == null
                                    ? "does not ask"
                                    : outcome.noticed().toMillis() + "");
            assertThat(outcome.errors()).isEmpty();
        }

        @ParameterizedTest
        @MethodSource("balancers")
        void readers_of_a_killed_node_go_on_at_the_other_and_miss_nothing(Recipe recipe) {
            world.balancer(recipe);
            Outage.Outcome outcome = outage.of(recipe);

            world.figures()
                    .put(
                            recipe.name(),
                            "resumed after kill -9, ms",
                            outcome.resumed().toMillis() + "");
            assertThat(outcome.behind()).isEmpty();
        }
    }
}
