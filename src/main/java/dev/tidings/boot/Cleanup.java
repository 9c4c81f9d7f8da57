package dev.tidings.boot;

import java.util.ArrayDeque;

/** What has to be closed, in the reverse order of its opening. The first failure is thrown, later ones join it. */
final class Cleanup implements AutoCloseable {
    private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();

    Cleanup then(AutoCloseable next) {
        opened.push(next);
        return this;
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception failure) {
                var wrapped = failure instanceof RuntimeException runtime
                        ? runtime
                        : new IllegalStateException("a part did not close", failure);
                if (first == null) {
                    first = wrapped;
                } else {
                    first.addSuppressed(wrapped);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Closes because of a failure, which the failures of closing join. */
    void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException another) {
            failure.addSuppressed(another);
        }
    }
}
