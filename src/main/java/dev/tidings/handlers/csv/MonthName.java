package dev.tidings.handlers.csv;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Names of months in English, German, French and Spanish, whole or abbreviated. */
final class MonthName {
    private static final int LONGEST = 10;
    private static final Map<String, Integer> NUMBERS = numbers();

    private MonthName() {}

    /** The number of the month whose name stands there; 0 when none does. */
    static int number(String text, int from, int to) {
        if (to - from < 3 || to - from > LONGEST) {
            return 0;
        }
        return NUMBERS.getOrDefault(text.substring(from, to).toLowerCase(Locale.ROOT), 0);
    }

    private static Map<String, Integer> numbers() {
        String[] months = {
            "jan january januar jänner janvier janv ene enero",
            "feb february februar février févr fév febrero",
            "mar march märz mär mrz mars marzo",
            "apr april avril avr abr abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet juil julio",
            "aug august août aoû ago agosto",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre déc dic diciembre"
        };
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < months.length; i++) {
            for (String name : months[i].split(" ", -1)) {
                numbers.put(name, i + 1);
            }
        }
        return numbers;
    }
}
