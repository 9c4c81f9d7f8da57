package dev.tidings.it.balancers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How a balancer is started with its files of {@code deploy/}, in the foreground, as whoever runs the test. */
interface Recipe {
    /** As in the figures. */
    String name();

    /** What the machine must have. */
    List<String> programs();

    /** Whether it asks {@code health/ready} of its own accord. */
    boolean checksHealth();

    /**
     * Writes its files.
     *
     * @param programs where {@link #programs} are
     */
    Plan plan(BalancerContext place, List<Path> programs) throws IOException;

    /**
     * What to start.
     *
     * @param fronts where it listens then
     */
    record Plan(List<String> command, List<BalancerEndpoint> fronts) {}

    /** Files and command of one balancer. */
    interface Steps {
        Plan plan(BalancerContext place, List<Path> programs) throws IOException;
    }

    /** A recipe of these parts. */
    static Recipe of(String name, boolean checksHealth, List<String> programs, Steps steps) {
        return new Recipe() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<String> programs() {
                return programs;
            }

            @Override
            public boolean checksHealth() {
                return checksHealth;
            }

            @Override
            public Plan plan(BalancerContext place, List<Path> paths) throws IOException {
                return steps.plan(place, paths);
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }
}
