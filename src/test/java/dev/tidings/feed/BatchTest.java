package dev.tidings.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.log.LogEntry;
import dev.tidings.log.LogEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final int HALF = Batch.MAX_BYTES / 2;

    @Test
    void a_batch_ends_with_the_entry_that_fills_it() {
        var batch = new Batch(List.of(line(1, HALF), line(2, HALF - 1), line(3, 100), line(4, 100)));

        assertThat(numbers(batch)).containsExactly(1L, 2L, 3L);
        assertThat(batch.upTo()).isEqualTo(3);
        assertThat(batch.bytes()).isEqualTo(Batch.MAX_BYTES + 99);
    }

    @Test
    void an_entry_that_is_longer_than_a_batch_is_one() {
        assertThat(numbers(new Batch(List.of(line(1, 5 * Batch.MAX_BYTES), line(2, 1)))))
                .containsExactly(1L);
    }

    @Test
    void progress_that_is_left_out_does_not_count() {
        var all = new ArrayList<LogEntry>();
        LongStream.rangeClosed(1, 1000).forEach(seq -> all.add(progress(seq, 200)));
        all.add(line(1001, 100));

        var batch = new Batch(all);

        assertThat(numbers(batch)).containsExactly(1000L, 1001L);
        assertThat(batch.conflated()).isEqualTo(999);
        assertThat(batch.upTo()).isEqualTo(1001);
    }

    /** Else a reader would have an event before which the newest progress is missing. */
    @Test
    void where_a_batch_ends_the_newest_progress_before_the_next_event_is_in_it_or_in_the_next() {
        var all = List.of(
                line(1, HALF), progress(2, HALF), progress(3, HALF), line(4, 10), progress(5, 10), progress(6, 10));

        var first = new Batch(all);
        var second = new Batch(all.subList((int) first.upTo(), all.size()));

        assertThat(numbers(first)).containsExactly(1L, 3L);
        assertThat(first.upTo()).isEqualTo(3);
        assertThat(numbers(second)).containsExactly(4L, 6L);
    }

    @Test
    void a_tail_remembers_batches_of_a_bounded_length() {
        var all = LongStream.rangeClosed(1, 12).mapToObj(seq -> line(seq, HALF)).toList();
        var tail = new LogSegment(0, 12, all, false);
        var batches = LongStream.range(0, 8).mapToObj(tail::after).toList();

        var kept = LongStream.range(0, 8)
                .filter(cursor -> batches.contains(tail.remembered(cursor)))
                .toArray();

        assertThat(kept).hasSizeBetween(2, 4).contains(7);
        assertThat(tail.after(7)).isSameAs(batches.get(7));
    }

    @Test
    void a_tail_that_begins_with_too_much_keeps_the_newest() {
        var all = LongStream.rangeClosed(1, 40).mapToObj(seq -> line(seq, HALF)).toList();
        var tail = new LogSegment(0, 40, all, true).bounded();

        assertThat(tail.from()).isEqualTo(40 - LogSegment.MAX_BYTES / HALF);
        assertThat(tail.covers(tail.from())).isTrue();
        assertThat(tail.covers(tail.from() - 1)).isFalse();
        assertThat(tail.ended()).isTrue();
    }

    private static List<Long> numbers(Batch batch) {
        return batch.entries().stream().map(LogEntry::seq).toList();
    }

    private static LogEntry line(long seq, int bytes) {
        return new LogEntry(seq, Kind.OTHER, "log", null, new byte[bytes]);
    }

    private static LogEntry progress(long seq, int bytes) {
        return new LogEntry(seq, Kind.PROGRESS, "progress", null, new byte[bytes]);
    }
}
