package dev.tidings.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.client.Outcome.Kind;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The same histories as those of the browser client, {@code ladder-histories.test.js}: both clients decide alike. */
class LadderTest {

    @TestFactory
    Stream<DynamicTest> decides_as_the_browser_client_does() throws Exception {
        try (InputStream file = Objects.requireNonNull(LadderTest.class.getResourceAsStream("ladder.json"))) {
            JsonObject all = Json.createReader(file).readObject();
            double random = all.getJsonNumber("random").doubleValue();
            return all.getJsonArray("histories").getValuesAs(JsonObject.class).stream()
                    .map(history -> DynamicTest.dynamicTest(history.getString("name"), () -> replay(history, random)));
        }
    }

    private static void replay(JsonObject history, double constant) {
        RandomGenerator random = new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException();
            }

            @Override
            public double nextDouble() {
                return constant;
            }
        };
        var ladder = new Ladder(random, null);
        long nowMs = 0;
        for (JsonObject step : history.getJsonArray("steps").getValuesAs(JsonObject.class)) {
            JsonObject expected = step.getJsonObject("expect");
            Transport transport =
                    Transport.valueOf(word(expected.getString("rung")).replace('-', '_'));
            assertThat(ladder.plan(nowMs)).isEqualTo(new Ladder.Plan(transport, expected.getInt("waitS")));
            JsonObject told = step.getJsonObject("outcome");
            var outcome = new Outcome(
                    Kind.valueOf(word(told.getString("kind"))),
                    told.getBoolean("progressed", false),
                    told.getBoolean("heard", false),
                    told.getBoolean("more", false),
                    told.getInt("retryMs", 0));
            long tookMs = told.getInt("tookMs", 0);
            nowMs += tookMs;
            assertThat(ladder.report(outcome, tookMs, nowMs)).isEqualTo(step.getInt("pauseMs"));
            assertThat(ladder.failures()).isEqualTo(step.getInt("failures"));
            nowMs += step.getInt("pauseMs");
        }
    }

    private static String word(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
