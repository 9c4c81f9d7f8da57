package dev.tidings.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract, section 11. */
class SettingsTest {
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> parameters = new HashMap<>();

    @Test
    void without_a_word_the_defaults_hold() {
        Settings settings = read();

        assertThat(settings.store().url()).isNull();
        assertThat(settings.node()).isEqualTo("node-1");
        assertThat(settings.security().container()).isFalse();
        assertThat(settings.jobs().types()).containsExactly("*", "-countdown");
        assertThat(settings.jobs().cancelGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.streams().heartbeat()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.streams().retry()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.streams().maxAge()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.streams().stuck()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.streams().longestWait()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.jobs().progressInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(settings.jobs().concurrency()).isEqualTo(8);
        assertThat(settings.jobs().attempts()).isEqualTo(3);
        assertThat(settings.jobs().lease()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.drain().grace()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.drain().spread()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.jobs().retention()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.limits().bodyBytes()).isEqualTo(64 << 10);
        assertThat(settings.limits().uploadBytes()).isEqualTo(1L << 30);
        assertThat(settings.limits().uploads()).isEqualTo(16);
        assertThat(settings.limits().streams()).isEqualTo(100_000);
        assertThat(settings.limits().streamsPerUser()).isEqualTo(50);
        assertThat(settings.limits().queuedPerUser()).isEqualTo(1000);
        assertThat(settings.limits().eventBytes()).isEqualTo(16 << 10);
        assertThat(settings.limits().logLines()).isEqualTo(10_000);
        assertThat(settings.security().sessionIdle()).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.store().migrate()).isTrue();
        assertThat(settings.streams().pushBytes()).isEqualTo(256 << 10);
        assertThat(settings.security().corsOrigins()).isEmpty();
        assertThat(settings.security().hosts()).isEmpty();
        assertThat(settings.jobs().workerTimeout()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void a_system_property_wins_over_the_environment_and_that_over_the_context() {
        parameters.put("tidings.stream.maxAge", "1s");
        assertThat(read().streams().maxAge()).isEqualTo(Duration.ofSeconds(1));
        environment.put("TIDINGS_STREAM_MAXAGE", "2s");
        assertThat(read().streams().maxAge()).isEqualTo(Duration.ofSeconds(2));
        properties.put("tidings.stream.maxAge", "3s");
        assertThat(read().streams().maxAge()).isEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource({"200ms, PT0.2S", "15s, PT15S", "10m, PT10M", "2h, PT2H", "7d, PT168H", "PT15S, PT15S", "pt1.5s, PT1.5S"
    })
    void durations_are_short_or_iso(String text, Duration expected) {
        properties.put("tidings.heartbeat", text);

        assertThat(read().streams().heartbeat()).isEqualTo(expected);
    }

    @Test
    void lists_are_separated_by_commas() {
        properties.put("tidings.hosts", " a.example, b.example:8080 ,");

        assertThat(read().security().hosts()).containsExactly("a.example", "b.example:8080");
    }

    @ParameterizedTest
    @CsvSource({
        "tidings.heartbeat, soon",
        "tidings.heartbeat, 15",
        "tidings.heartbeat, 0s",
        "tidings.heartbeat, -15s",
        "tidings.heartbeat, PT-15S",
        "tidings.heartbeat, PT99999999999999999S",
        "tidings.retention, 999999999d",
        "tidings.wait.max, x",
        "tidings.jobs.concurrency, 0",
        "tidings.jobs.concurrency, 1.5",
        "tidings.attempts, 99999999999",
        "tidings.limits.body, 64KB",
        "tidings.limits.upload, 999999999999999TiB",
        "tidings.limits.streams, -1",
        "tidings.security, off",
        "tidings.db.migrate, yes"
    })
    void a_value_that_cannot_be_read_is_refused_by_key_and_value(String key, String value) {
        properties.put(key, value);

        assertThatThrownBy(this::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value);
    }

    private Settings read() {
        return Settings.read(new ConfigReader(properties::get, environment::get, parameters::get), "node-1");
    }
}
