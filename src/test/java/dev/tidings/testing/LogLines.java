package dev.tidings.testing;

import java.lang.System.Logger;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A logger that keeps its lines, as {@code "WARNING: text"}. */
public final class LogLines implements Logger {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public String getName() {
        return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
        return true;
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
        lines.add(level + ": " + text);
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String text, @Nullable Object... values) {
        lines.add(level + ": " + text);
    }
}
