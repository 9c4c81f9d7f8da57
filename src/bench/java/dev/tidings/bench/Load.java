package dev.tidings.bench;

import java.time.Duration;

/**
 * What is published in a run.
 *
 * @param window of a flood: most events under way to each reader; 0 for a steady rate
 * @param eventsPerSecond of a steady rate, all topics together
 */
record Load(Duration time, int window, double eventsPerSecond, int textBytes) {
    static Load flood(int seconds, int window) {
        return new Load(Duration.ofSeconds(seconds), window, 0, 60);
    }

    static Load steady(int seconds, double eventsPerSecond) {
        return new Load(Duration.ofSeconds(seconds), 0, eventsPerSecond, 60);
    }

    Load of(int textBytes) {
        return new Load(time, window, eventsPerSecond, textBytes);
    }

    Load lasting(int seconds) {
        return new Load(Duration.ofSeconds(seconds), window, eventsPerSecond, textBytes);
    }
}
