package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name is there: linked files and headings, settings, Maven profiles and properties, test classes. */
class DocumentsTest {
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
    private static final Pattern PATH =
            Pattern.compile("`((?:docs|deploy|src|webapp|\\.ci|\\.github)/[A-Za-z0-9_./-]+)`");
    private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z][A-Za-z0-9]+(?:Test|IT|Contract))`");
    private static final Pattern PROFILE = Pattern.compile("mvn[^\\n`]*? -P([a-z][a-z0-9.-]*)");

    @Test
    void every_link_leads_to_a_file_and_a_heading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String target : all(LINK, prose(page))) {
                if (!target.startsWith("http") && !target.startsWith("mailto:") && !leadsSomewhere(page, target)) {
                    broken.add(page + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void every_path_in_the_repository_is_there() throws IOException {
        assertThat(missing(PATH, name -> Files.exists(Path.of(name)))).isEmpty();
    }

    @Test
    void every_test_is_there() throws IOException {
        Set<String> classes;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            classes = files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
        assertThat(missing(TEST_CLASS, classes::contains)).isEmpty();
    }

    @Test
    void every_maven_profile_is_there() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(missing(PROFILE, id -> pom.contains("<id>" + id + "</id>"))).isEmpty();
    }

    /** What a pattern finds on all pages and the check does not know, with its page. */
    private static List<String> missing(Pattern pattern, Predicate<String> known) throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            for (String name : all(pattern, Files.readString(page))) {
                if (!known.test(name)) {
                    missing.add(page + ": " + name);
                }
            }
        }
        return missing;
    }

    /** The pages that speak of the tree as it is; the change log also names what was. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(markdown(Path.of(""), 1));
        pages.remove(Path.of("CHANGELOG.md"));
        for (String folder : List.of("docs", "deploy", ".github")) {
            if (Files.exists(Path.of(folder))) {
                pages.addAll(markdown(Path.of(folder), Integer.MAX_VALUE));
            }
        }
        return pages;
    }

    private static List<Path> markdown(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }

    private static String prose(Path page) throws IOException {
        return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static boolean leadsSomewhere(Path page, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        if (!Files.exists(path)) {
            return false;
        }
        return hash < 0 || anchors(path).contains(target.substring(hash + 1));
    }

    /** The anchors that GitHub makes of a page's headings. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (String heading : all(HEADING, prose(page))) {
            anchors.add(heading.toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'));
        }
        return anchors;
    }
}
