package dev.tidings.handlers.csv;

/** Counts values of a kind, and keeps the first. */
final class Tally {
    private final Examples examples = new Examples();
    private long count;

    void add(String text, long times) {
        count += times;
        examples.add(text);
    }

    long count() {
        return count;
    }

    Examples examples() {
        return examples;
    }
}
