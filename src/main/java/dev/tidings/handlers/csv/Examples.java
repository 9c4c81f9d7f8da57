package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.List;

/** The first different values of a kind, cut to a size fit to be kept. */
final class Examples {
    private static final int MOST = 3;

    private final List<String> kept = new ArrayList<>(MOST);

    void add(String text) {
        if (kept.size() < MOST) {
            String shown = SafeText.shown(text, Column.KEPT_CHARS);
            if (!kept.contains(shown)) {
                kept.add(shown);
            }
        }
    }

    List<String> list() {
        return List.copyOf(kept);
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    /** The first one, in quotes; there must be one. */
    String first() {
        return '"' + kept.get(0) + '"';
    }
}
