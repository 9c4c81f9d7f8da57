package com.example.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.lines.LineCountHandler.Params;
import dev.tidings.job.PermanentFailure;
import dev.tidings.testing.FakeJobContext;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineCountHandlerTest {
    private final FakeJobContext context = new FakeJobContext();

    @Test
    void countsTheLinesOfEachFile() throws Exception {
        context.withInput("a.txt", "one\n\ntwo\n").withInput("b.txt", "");

        var result = new LineCountHandler().run(new Params(true), context);

        assertThat(result).isEqualTo(Map.of("a.txt", 2L, "b.txt", 0L));
        assertThat(context.artifactText("lines.csv")).isEqualTo("file,lines\r\n\"a.txt\",2\r\n\"b.txt\",0\r\n");
        assertThat(context.progress()).last().hasFieldOrPropertyWithValue("percent", 100.0);
    }

    @Test
    void doesNotTryAgainWhatIsNoText() {
        context.withInput("image.png", new byte[] {(byte) 0x89, 'P', 'N', 'G'});

        assertThatThrownBy(() -> new LineCountHandler().run(new Params(null), context))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("image.png");
    }
}
