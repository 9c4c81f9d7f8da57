package dev.tidings.handlers.csv;

/**
 * The words for true and false in one column. Single letters count only as a pair that belongs together.
 *
 * <p>Threads: one.
 */
final class BooleanTally {
    private long trues;
    private long falses;
    private long trueLetters;
    private long falseLetters;
    private char trueLetter;
    private char falseLetter;
    private boolean otherLetters;

    /** Takes a {@link BooleanWord}. */
    void add(String word) {
        boolean isTrue = BooleanWord.isTrue(word);
        if (word.length() > 1) {
            trues += isTrue ? 1 : 0;
            falses += isTrue ? 0 : 1;
            return;
        }
        char letter = Character.toUpperCase(word.charAt(0));
        char before = isTrue ? trueLetter : falseLetter;
        otherLetters = otherLetters || (before != '\0' && before != letter);
        if (isTrue) {
            trueLetter = letter;
            trueLetters++;
        } else {
            falseLetter = letter;
            falseLetters++;
        }
    }

    private boolean lettersCount() {
        return !otherLetters && trueLetters > 0 && falseLetters > 0 && BooleanWord.isPair(trueLetter, falseLetter);
    }

    long count() {
        return trueCount() + falseCount();
    }

    long trueCount() {
        return trues + (lettersCount() ? trueLetters : 0);
    }

    long falseCount() {
        return falses + (lettersCount() ? falseLetters : 0);
    }
}
