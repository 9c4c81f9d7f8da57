package dev.tidings.job;

import java.util.Locale;

/** How much a line of a job's log matters. */
public enum LogLevel {
    INFO,
    WARN,
    ERROR;

    /** The level's name in JSON: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
