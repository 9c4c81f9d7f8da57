package dev.tidings.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.json.EventJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextLimitsTest {
    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "\u0001", "\"", "\\", "\n", "\u2028", "\uD83D\uDE00", "\u007F"})
    void no_text_makes_an_event_of_more_than_64_KiB(String character) {
        String text = TextLimits.fit(character.repeat(200_000), 1 << 20);

        byte[] event = EventJson.body("j1", Instant.EPOCH, new Event.Log(LogLevel.INFO, text))
                .getBytes(StandardCharsets.UTF_8);
        assertThat(event.length).isBetween(50 * 1024, 64 * 1024);
        assertThat(text).endsWith("…");
    }

    @Test
    void a_text_is_cut_at_its_own_limit_with_a_mark() {
        assertThat(TextLimits.fit("ééééé", 10)).isEqualTo("ééééé");
        assertThat(TextLimits.fit("éééééé", 10)).isEqualTo("ééé…");
    }
}
