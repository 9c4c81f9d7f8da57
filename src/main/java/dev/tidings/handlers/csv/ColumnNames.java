package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gives each column a name of its own. A name that is in the file stays with the first column that has it. */
final class ColumnNames {
    private static final int NAME_CHARS = 120;

    private final List<String> given;
    private final Set<String> taken = new HashSet<>();
    private int unnamed;
    private int repeated;

    /** Takes the names in the file; empty ones where there are none. */
    ColumnNames(List<String> given) {
        this.given = given.stream()
                .map(name -> SafeText.shown(Blanks.strip(name), NAME_CHARS))
                .toList();
        taken.addAll(this.given);
    }

    /** The names, all different. */
    List<String> all() {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < given.size(); i++) {
            String name = given.get(i);
            if (name.isEmpty()) {
                unnamed++;
                names.add(unused("column " + (i + 1)));
            } else if (seen.add(name)) {
                names.add(name);
            } else {
                repeated++;
                names.add(unused(name + " (2)"));
            }
        }
        return names;
    }

    /** A name for a column that the header does not have. */
    String further(int position) {
        return unused("column " + position);
    }

    private String unused(String wanted) {
        String name = wanted;
        String stem = wanted.endsWith(" (2)") ? wanted.substring(0, wanted.length() - 4) : wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = stem + " (" + i + ")";
        }
        return name;
    }

    /** What to tell of names that are missing or repeated. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (unnamed > 0) {
            notes.add(unnamed + (unnamed == 1 ? " column has" : " columns have")
                    + " no name; each is called by its position.");
        }
        if (repeated > 0) {
            notes.add(repeated + (repeated == 1 ? " column has" : " columns have")
                    + " the name of another; a number tells them apart.");
        }
        return notes;
    }
}
