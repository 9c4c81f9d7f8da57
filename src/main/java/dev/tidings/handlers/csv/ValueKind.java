package dev.tidings.handlers.csv;

/** What a single field can be. */
enum ValueKind {
    NUMBER,
    /** Digits behind a zero: an identifier, which is text. */
    LEADING_ZERO,
    DATE,
    DATETIME,
    TIME,
    BOOLEAN,
    TEXT;

    /** Whether it is a number, a date or the like, which names of columns hardly are. */
    boolean measures() {
        return this != TEXT && this != BOOLEAN;
    }
}
