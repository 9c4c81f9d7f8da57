package dev.tidings.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Report;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promise to readers (contract §1), held to random histories in virtual time.
 *
 * <p>{@code -Dhistories=N} runs so many (default {@value #HISTORIES}); {@code -Dseed=S} lives through one world again,
 * and {@code -Dtell=PATTERN} with it tells what happened, in lines that hold the pattern.
 */
class FeedSimulationTest {
    private static final int HISTORIES = 10_000;
    private static final int WORLDS_UNTIL_FOUND = 400;
    private static final Logger LOG = Logger.getLogger("dev.tidings");

    @BeforeAll
    static void expectPlannedFailures() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void logAgain() {
        LOG.setLevel(null);
    }

    @Test
    @Tag("simulation")
    void every_reader_gets_every_event_once_and_in_order_and_the_newest_progress() {
        Long again = Long.getLong("seed");
        if (again != null) {
            Report.line(live(again, SimBug.NONE) + " histories, seed " + again);
            return;
        }
        int wanted = Integer.getInteger("histories", HISTORIES);
        long first = System.nanoTime();
        long seed = first;
        long histories = 0;
        while (histories < wanted) {
            histories += live(seed++, SimBug.NONE);
        }
        Report.line(histories + " histories in " + (seed - first) + " worlds, seeds from " + first);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void the_simulation_finds(SimBug bug) {
        AssertionError found = null;
        int worlds = 0;
        for (; found == null && worlds < WORLDS_UNTIL_FOUND; worlds++) {
            try {
                new SimWorld(worlds, bug).run();
            } catch (AssertionError failure) {
                found = failure;
            }
        }
        assertThat(found).as(bug + " in " + worlds + " worlds").isNotNull();
        Report.line(bug + " was found in world " + worlds + ": "
                + found.getMessage().lines().findFirst().orElse(""));
    }

    private static int live(long seed, SimBug bug) {
        var world = new SimWorld(seed, bug);
        try {
            world.run();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "seed " + seed + " (again by -Dseed=" + seed + "): " + failure.getMessage(), failure);
        }
        return world.histories();
    }
}
