package dev.tidings.handlers.csv;

import java.util.Locale;

/** What a column holds, by and large. */
enum ColumnType {
    INTEGER,
    DECIMAL,
    DATE,
    DATETIME,
    TIME,
    BOOLEAN,
    TEXT,
    EMPTY;

    /** The type's name in JSON and HTML: lower case. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean numeric() {
        return this == INTEGER || this == DECIMAL;
    }

    boolean temporal() {
        return this == DATE || this == DATETIME || this == TIME;
    }

    /** What its values are called. */
    String plural() {
        return switch (this) {
            case INTEGER, DECIMAL -> "numbers";
            case DATE, DATETIME -> "dates";
            case TIME -> "times";
            case BOOLEAN -> "true or false";
            case TEXT, EMPTY -> "texts";
        };
    }
}
