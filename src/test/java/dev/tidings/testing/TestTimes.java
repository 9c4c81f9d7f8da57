package dev.tidings.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Tells what each phase of the tests ran and how long it took, from the reports that Surefire and Failsafe have written. */
public final class TestTimes {
    private static final int SLOWEST = 3;

    private TestTimes() {}

    /** One class of tests in one phase. */
    private record Suite(String phase, String name, int tests, int skipped, double seconds) {}

    /**
     * Called by Maven after the unit tests and after the integration tests.
     *
     * @param args the build's folder, {@code target}
     */
    public static void main(String[] args) throws IOException, ParserConfigurationException, SAXException {
        Path build = Path.of(args[0]);
        var suites = new ArrayList<Suite>();
        suites.addAll(suites(build.resolve("surefire-reports")));
        suites.addAll(suites(build.resolve("failsafe-reports")));
        print(suites, System.out);
    }

    private static void print(List<Suite> suites, PrintStream out) {
        Map<String, List<Suite>> phases = new TreeMap<>();
        for (Suite suite : suites) {
            phases.computeIfAbsent(suite.phase, phase -> new ArrayList<>()).add(suite);
        }
        phases.forEach((phase, all) -> {
            all.sort(Comparator.comparingDouble(Suite::seconds).reversed());
            String slowest = String.join(
                    ", ",
                    all.stream()
                            .limit(SLOWEST)
                            .map(suite -> suite.name + " " + Math.round(suite.seconds) + " s")
                            .toList());
            out.printf(
                    "[INFO] %-14s %4d tests in %3d classes, %d skipped, %d s; slowest: %s%n",
                    phase,
                    all.stream().mapToInt(Suite::tests).sum(),
                    all.size(),
                    all.stream().mapToInt(Suite::skipped).sum(),
                    Math.round(all.stream().mapToDouble(Suite::seconds).sum()),
                    slowest);
        });
    }

    private static List<Suite> suites(Path folder) throws IOException, ParserConfigurationException, SAXException {
        var suites = new ArrayList<Suite>();
        if (!Files.isDirectory(folder)) {
            return suites;
        }
        var parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        try (var files = Files.newDirectoryStream(folder, "TEST-*.xml")) {
            for (Path file : files) {
                Element suite = parser.parse(file.toFile()).getDocumentElement();
                suites.add(suite(file.getFileName().toString(), suite));
            }
        }
        return suites;
    }

    /** The name of a report is {@code TEST-package.Class-phase.xml}; unit tests have no phase in it. */
    private static Suite suite(String file, Element suite) {
        String type = file.substring("TEST-".length(), file.length() - ".xml".length());
        int dash = type.indexOf('-');
        String name = dash < 0 ? type : type.substring(0, dash);
        return new Suite(
                dash < 0 ? "unit" : type.substring(dash + 1),
                name.substring(name.lastIndexOf('.') + 1),
                Integer.parseInt(suite.getAttribute("tests")),
                Integer.parseInt(suite.getAttribute("skipped")),
                Double.parseDouble(suite.getAttribute("time")));
    }
}
