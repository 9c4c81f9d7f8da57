package dev.tidings.handlers.csv;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one field after another and says what each is by itself. What it means beside the others of its column is for
 * {@link NumberTally} and {@link DateTally} to say.
 *
 * <p>Threads: one. The parsers hold what they found in the field read last.
 */
final class ValueParser {
    private static final int LONGEST_TOKEN = 12;

    private final NumberParser numbers = new NumberParser();
    private final DateParser dates = new DateParser();
    private final @Nullable Set<String> nulls;

    /** A parser that knows the usual tokens for "no value". */
    ValueParser() {
        this(null);
    }

    /**
     * A parser.
     *
     * @param nulls the tokens that mean "no value"; null for the usual ones
     */
    ValueParser(@Nullable List<String> nulls) {
        this.nulls = nulls == null ? null : Set.copyOf(nulls);
    }

    NumberParser numbers() {
        return numbers;
    }

    DateParser dates() {
        return dates;
    }

    /** Whether the field, not blank and without blanks around it, may mean "no value". */
    boolean isNull(String field) {
        if (nulls != null) {
            return nulls.contains(field);
        }
        return field.length() <= LONGEST_TOKEN && NullToken.isToken(field);
    }

    /** Whether such a token means "no value" in a column of texts too. */
    boolean isNullAmongTexts(String token) {
        return nulls != null || NullToken.isSure(token);
    }

    /** Says what {@code field}, not blank and without blanks around it, is. */
    ValueKind read(String field) {
        char first = field.charAt(0);
        if (first >= '0' && first <= '9') {
            ValueKind kind = dates.read(field);
            return kind == ValueKind.TEXT ? numbers.read(field) : kind;
        }
        if (Character.isLetter(first)) {
            if (BooleanWord.isWord(field)) {
                return ValueKind.BOOLEAN;
            }
            char last = field.charAt(field.length() - 1);
            boolean digitAtEnd = last >= '0' && last <= '9';
            if (digitAtEnd) {
                ValueKind kind = dates.readMonthFirst(field);
                return kind == ValueKind.TEXT ? numbers.read(field) : kind;
            }
            return last == ')' || last == '-' ? numbers.read(field) : ValueKind.TEXT;
        }
        return numbers.read(field);
    }
}
