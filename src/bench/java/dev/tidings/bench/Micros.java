package dev.tidings.bench;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The wall clock in microseconds since 1970, cheap to ask, and such instants read from events. */
final class Micros {
    private static final long BASE = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) - System.nanoTime() / 1000;

    /** Days since 1970 of the date last read, and its ten bytes as a number. */
    private static volatile long[] day = {0, 0};

    private Micros() {}

    static long now() {
        return BASE + System.nanoTime() / 1000;
    }

    /**
     * An instant as the contract writes it, {@code 2026-11-22T15:42:14.123456Z}, the fraction left out when it is zero.
     *
     * @param from where the year begins
     */
    static long parse(byte[] line, int from) {
        long date = 0;
        for (int i = from; i < from + 10; i++) {
            date = date * 31 + line[i];
        }
        long[] known = day;
        if (known[0] != date) {
            int year = number(line, from, 4);
            long days = LocalDate.of(year, number(line, from + 5, 2), number(line, from + 8, 2))
                    .atStartOfDay(ZoneOffset.UTC)
                    .toEpochSecond();
            known = new long[] {date, days};
            day = known;
        }
        long seconds = known[1]
                + number(line, from + 11, 2) * 3600L
                + number(line, from + 14, 2) * 60L
                + number(line, from + 17, 2);
        int micros = 0;
        int at = from + 19;
        if (line[at] == '.') {
            int digits = 0;
            for (at++; line[at] >= '0' && line[at] <= '9'; at++, digits++) {
                if (digits < 6) {
                    micros = micros * 10 + line[at] - '0';
                }
            }
            for (; digits < 6; digits++) {
                micros *= 10;
            }
        }
        return seconds * 1_000_000 + micros;
    }

    private static int number(byte[] line, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            number = number * 10 + line[i] - '0';
        }
        return number;
    }
}
