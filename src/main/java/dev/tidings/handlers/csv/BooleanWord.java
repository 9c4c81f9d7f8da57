package dev.tidings.handlers.csv;

import java.util.Locale;

/**
 * Words for true and false in several languages.
 *
 * <p>Single letters mean that only in pairs: {@code Y}/{@code N} (English), {@code J}/{@code N} (German), {@code O}/{@code N}
 * (French), {@code S}/{@code N} (Spanish, Portuguese, Italian), {@code T}/{@code F}, {@code V}/{@code F}, {@code W}/{@code F}.
 */
final class BooleanWord {
    private static final int LONGEST = 10;
    private static final String TRUE_LETTERS = "YJOSTVW";
    private static final String PARTNERS = "NNNNFFF";

    private BooleanWord() {}

    /** Whether it may be one, in upper or lower case. */
    static boolean isWord(String field) {
        int length = field.length();
        if (length > LONGEST) {
            return false;
        }
        if (length == 1) {
            char letter = Character.toUpperCase(field.charAt(0));
            return letter == 'N' || letter == 'F' || TRUE_LETTERS.indexOf(letter) >= 0;
        }
        return switch (field.charAt(0)) {
            case 't', 'T' -> is(field, "true", "tak");
            case 'f', 'F' -> is(field, "false", "falsch", "falso", "faux");
            case 'y', 'Y' -> is(field, "yes");
            case 'n', 'N' -> is(field, "no", "nein", "non", "nie", "não", "nao", "nee");
            case 'j', 'J' -> is(field, "ja");
            case 'w', 'W' -> is(field, "wahr");
            case 'o', 'O' -> is(field, "oui");
            case 'v', 'V' -> is(field, "vrai", "verdadero", "verdadeiro", "vero");
            case 's', 'S' -> is(field, "sí", "si", "sì", "sim");
            case '\u0434', '\u0414' -> is(field, "\u0434\u0430");
            case '\u043d', '\u041d' -> is(field, "\u043d\u0435\u0442");
            default -> false;
        };
    }

    private static boolean is(String field, String... words) {
        for (String word : words) {
            if (field.equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }

    /** Whether such a word means true. */
    static boolean isTrue(String word) {
        char first = Character.toLowerCase(word.charAt(0));
        if (word.toLowerCase(Locale.ROOT).equals("no")) {
            return false;
        }
        return first != 'n' && first != 'f' && first != '\u043d';
    }

    /** The letters that may stand for the other value beside this single one. */
    static boolean isPair(char trueLetter, char falseLetter) {
        int at = TRUE_LETTERS.indexOf(Character.toUpperCase(trueLetter));
        return at >= 0 && PARTNERS.charAt(at) == Character.toUpperCase(falseLetter);
    }
}
