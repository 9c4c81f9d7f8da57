package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {
    private final SseParser parser = new SseParser();

    @Test
    void blocks_are_the_same_however_the_bytes_are_cut() {
        byte[] stream = """
                retry: 2000
                event: hello
                data: {}

                data: {"m":"häß"}
                id: 7

                """.getBytes(StandardCharsets.UTF_8);
        for (int piece = 1; piece < stream.length; piece++) {
            var each = new SseParser();
            List<SseParser.Block> blocks = new ArrayList<>();
            for (int at = 0; at < stream.length; at += piece) {
                blocks.addAll(each.feed(stream, at, Math.min(piece, stream.length - at)));
            }
            assertThat(blocks).extracting(SseParser.Block::event).containsExactly("hello", "message");
            assertThat(blocks.get(1).data()).isEqualTo("{\"m\":\"häß\"}");
            assertThat(blocks.get(0).retryMs()).isEqualTo(2000);
            assertThat(each.lastEventId()).isEqualTo("7");
        }
    }

    @Test
    void a_block_that_is_cut_before_its_blank_line_is_not_dispatched() {
        assertThat(feed("data: 1\nid: 4\n")).isEmpty();
        assertThat(parser.betweenBlocks()).isFalse();
    }

    @Test
    void an_empty_comment_may_stand_between_two_blocks() {
        assertThat(feed("event: heartbeat\ndata: 1\n\n:\n")).hasSize(1);
        assertThat(parser.betweenBlocks()).isTrue();
        assertThat(feed("data: 2\n\n")).extracting(SseParser.Block::data).containsExactly("2");
    }

    @Test
    void what_the_standard_forgives_is_refused() {
        assertThatThrownBy(() -> feed(": comment\n\n")).hasMessageContaining("comment");
        assertThatThrownBy(() -> new SseParser().feed("data: 1\n:\n\n".getBytes(StandardCharsets.UTF_8), 0, 11))
                .hasMessageContaining("comment");
        assertThatThrownBy(() -> new SseParser().feed(new byte[] {'\r'}, 0, 1)).hasMessageContaining("CR");
        assertThatThrownBy(() -> new SseParser().feed(new byte[] {(byte) 0xff, '\n'}, 0, 2))
                .hasMessageContaining("UTF-8");
    }

    private List<SseParser.Block> feed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return parser.feed(bytes, 0, bytes.length);
    }
}
