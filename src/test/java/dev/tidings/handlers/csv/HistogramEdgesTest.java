package dev.tidings.handlers.csv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.handlers.csv.Distribution.Scale;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HistogramEdgesTest {
    @Test
    void few_whole_numbers_get_a_range_each() {
        assertThat(HistogramEdges.of(distribution(Scale.WHOLE, 1, 5))).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    }

    @Test
    void borders_are_round_numbers_as_a_field_would_have_them() {
        assertThat(HistogramEdges.of(distribution(Scale.NUMBER, -0.02, 0.05)))
                .startsWith(-0.02, -0.018, -0.016)
                .contains(0.006, 0.014);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "-1e308, 1e308", "1e-300, 2e-300", "1e15, 1000000000000001", "0, 1e300", "-5, 123456"})
    void all_values_lie_within_and_there_are_not_many_ranges(double low, double high) {
        for (Scale scale : List.of(Scale.WHOLE, Scale.NUMBER)) {
            List<Double> edges = HistogramEdges.of(distribution(scale, low, high));

            assertThat(edges)
                    .hasSizeBetween(2, HistogramEdges.RANGES + 3)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(edges.get(0)).isLessThanOrEqualTo(low);
            assertThat(edges.get(edges.size() - 1)).isGreaterThan(high);
        }
    }

    @ParameterizedTest
    @CsvSource({"2026-11-24, 2026-11-24", "2026-11-01, 2026-11-20", "2024-03-15, 2026-11-20", "0001-01-01, 9999-12-31"})
    void dates_lie_within_too(LocalDate low, LocalDate high) {
        double first = low.toEpochDay() * 86_400.0;
        double last = high.toEpochDay() * 86_400.0;

        List<Double> edges = HistogramEdges.of(distribution(Scale.DATE, first, last));

        assertThat(edges).hasSizeBetween(2, HistogramEdges.RANGES + 3).isSorted();
        assertThat(edges.get(0)).isLessThanOrEqualTo(first);
        assertThat(edges.get(edges.size() - 1)).isGreaterThan(last);
    }

    @Test
    void a_long_thin_tail_is_cut_off() {
        var distribution = new Distribution(
                Scale.NUMBER,
                0,
                1e9,
                null,
                null,
                1,
                1,
                List.of(1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0),
                List.of(),
                false);

        List<Double> edges = HistogramEdges.of(distribution);

        assertThat(edges.get(0)).isZero();
        assertThat(edges.get(edges.size() - 1)).isBetween(99.0, 140.0);
    }

    /** Evenly spread from {@code low} to {@code high}. */
    private static Distribution distribution(Scale scale, double low, double high) {
        List<Double> quantiles = DoubleStream.of(Distribution.RANKS)
                .mapToObj(rank -> low * (1 - rank) + high * rank)
                .toList();
        return new Distribution(scale, low, high, null, null, low / 2 + high / 2, 1, quantiles, List.of(), false);
    }
}
