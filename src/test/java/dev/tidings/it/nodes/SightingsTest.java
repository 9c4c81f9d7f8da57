package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checker of the tests with real nodes finds what it is there for: each test plants one fault. */
class SightingsTest {
    private static final List<JsonObject> LOG = events(
            "{'seq': 1, 'type': 'queued'}",
            "{'seq': 2, 'type': 'started', 'attempt': 1}",
            "{'seq': 4, 'type': 'progress', 'done': 2}",
            "{'seq': 5, 'type': 'log'}",
            "{'seq': 6, 'type': 'succeeded'}");

    private final Sightings sightings = new Sightings();

    @Test
    void a_reader_who_missed_only_superseded_progress_is_content() {
        sightings.saw("a", "job", "n", LOG.get(0));
        sightings.saw("a", "job", "n", LOG.get(1));
        saw("a", "{'seq': 3, 'type': 'progress', 'done': 1}");
        LOG.forEach(event -> sightings.saw("b", "job", "n", event));

        assertThatCode(() -> sightings.check("job", LOG)).doesNotThrowAnyException();
    }

    @Test
    void an_event_that_came_twice_is_found() {
        saw("a", "{'seq': 1, 'type': 'queued'}", "{'seq': 1, 'type': 'queued'}");
        assertFound("after 1");
    }

    @Test
    void an_event_that_was_missed_is_found() {
        sightings.saw("a", "job", "n", LOG.get(0));
        sightings.saw("a", "job", "n", LOG.get(2));
        assertFound("missed");
    }

    @Test
    void the_newest_progress_that_was_missed_before_another_event_is_found() {
        Stream.of(0, 1, 3).forEach(index -> sightings.saw("a", "job", "n", LOG.get(index)));
        assertFound("missed the newest");
    }

    @Test
    void a_number_that_was_given_twice_is_found() {
        saw("a", "{'seq': 1, 'type': 'queued', 'job': 'another'}");
        assertFound("another event under 1");
    }

    @Test
    void an_event_that_is_not_in_the_log_is_found() {
        saw("a", "{'seq': 1, 'type': 'queued'}", "{'seq': 3, 'type': 'log'}");
        assertFound("missed");
    }

    @Test
    void a_second_end_is_found() {
        var log = events(
                "{'seq': 1, 'type': 'queued'}", "{'seq': 2, 'type': 'cancelled'}", "{'seq': 3, 'type': 'succeeded'}");
        assertThatThrownBy(() -> sightings.check("job", log)).hasMessageContaining("goes on after its end");
    }

    @Test
    void what_an_attempt_says_after_it_was_put_back_is_found() {
        var log = events(
                "{'seq': 1, 'type': 'queued'}",
                "{'seq': 2, 'type': 'started', 'attempt': 1}",
                "{'seq': 3, 'type': 'queued'}",
                "{'seq': 4, 'type': 'log'}",
                "{'seq': 5, 'type': 'cancelled'}");
        assertThatThrownBy(() -> sightings.check("job", log)).hasMessageContaining("of no attempt");
    }

    @Test
    void a_reset_where_there_was_none_to_be_is_found() {
        saw("a", "{'seq': 1, 'type': 'snapshot', 'reset': true}");
        assertFound("was reset");
    }

    @Test
    void a_key_that_made_two_jobs_is_found() {
        sightings.accepted("key", "job");
        assertThatThrownBy(() -> sightings.checkKeys(Map.of("job", "key", "other", "key")))
                .hasMessageContaining("made");
    }

    private void assertFound(String what) {
        assertThatThrownBy(() -> sightings.check("job", LOG)).hasMessageContaining(what);
    }

    private void saw(String reader, String... events) {
        events(events).forEach(event -> sightings.saw(reader, "job", "n", event));
    }

    private static List<JsonObject> events(String... events) {
        return Stream.of(events)
                .map(text -> Sightings.json(text.replace('\'', '"')))
                .toList();
    }
}
