package dev.tidings.run;

import dev.tidings.testing.Report;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Plays many random histories. {@code -Dtidings.histories=10000} plays more, {@code -Dtidings.seed=17} only that one.
 */
class RunSimulationTest {
    private static final Logger OURS = Logger.getLogger("dev.tidings");

    @BeforeEach
    void quiet() {
        OURS.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        OURS.setLevel(null);
    }

    @Test
    @Tag("simulation")
    void whatever_fails_logs_have_no_hole_no_duplicate_and_one_end() {
        Long only = Long.getLong("tidings.seed");
        long from = only == null ? 1 : only;
        long to = only == null ? Integer.getInteger("tidings.histories", 1_000) : only;
        long calls = 0;
        long failed = 0;
        long events = 0;
        long takenOver = 0;
        for (long seed = from; seed <= to; seed++) {
            var history = new Histories(seed);
            try {
                history.play();
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError(
                        "the history of seed " + seed + " failed (-Dtidings.seed=" + seed + ")", failure);
            }
            calls += history.calls;
            failed += history.failed;
            events += history.events;
            takenOver += history.takenOver;
        }
        Report.line(
                "%d histories: %d events, %d calls of the store, %d of them failed, %d jobs put back",
                to - from + 1, events, calls, failed, takenOver);
    }
}
