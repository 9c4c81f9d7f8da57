package dev.tidings.bench;

/**
 * A histogram of durations in microseconds: 64 buckets for each doubling, so an error below 1.6 %.
 *
 * <p>Threads: one.
 */
final class Latency {
    private static final int SUB = 64;

    private final long[] counts = new long[SUB * 40];
    private long total;

    void add(long micros) {
        counts[bucket(Math.max(0, micros))]++;
        total++;
    }

    long count() {
        return total;
    }

    /**
     * In milliseconds.
     *
     * @param share 0 to 1
     */
    double atMs(double share) {
        if (total == 0) {
            return Double.NaN;
        }
        long wanted = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        int bucket = 0;
        while (bucket < counts.length - 1 && seen + counts[bucket] < wanted) {
            seen += counts[bucket++];
        }
        return value(bucket) / 1000.0;
    }

    private static int bucket(long micros) {
        if (micros < SUB) {
            return (int) micros;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(micros) - 6;
        return Math.min(SUB * 40 - 1, SUB * (doubling + 1) + (int) ((micros >>> doubling) - SUB));
    }

    private static long value(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int doubling = bucket / SUB - 1;
        return (long) (bucket % SUB + SUB) << doubling;
    }
}
