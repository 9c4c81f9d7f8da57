package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Advisories;
import dev.tidings.testing.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What the built WAR carries: nothing with a known vulnerability, and nothing that the documents leave out. */
class LibrariesIT {
    private static final Pattern JAR = Pattern.compile("WEB-INF/lib/(.+?)-(\\d[\\w.-]*)\\.jar");
    private static final String BILL = "META-INF/sbom/bom.json";

    @Test
    void no_library_in_the_war_has_a_known_vulnerability() throws Exception {
        var advisories = Advisories.read();
        var found = new ArrayList<String>();
        libraries().forEach((artifact, version) -> found.addAll(advisories.of("*:" + artifact, version)));

        assertThat(found).isEmpty();
    }

    @Test
    void the_bill_of_materials_lists_the_same_libraries_and_none_with_a_known_vulnerability() throws Exception {
        var advisories = Advisories.read();
        var listed = new TreeMap<String, String>();
        var found = new ArrayList<String>();
        for (JsonObject component : bill().getJsonArray("components").getValuesAs(JsonObject.class)) {
            String artifact = component.getString("name");
            String version = component.getString("version");
            listed.put(artifact, version);
            found.addAll(advisories.of(component.getString("group") + ":" + artifact, version));
        }

        assertThat(found).isEmpty();
        assertThat(listed).isEqualTo(libraries());
    }

    @Test
    void a_vulnerable_library_would_be_found() throws Exception {
        assertThat(Advisories.read().of("*:parsson", "1.1.7"))
                .singleElement()
                .asString()
                .contains("CVE-2026-9563");
    }

    @Test
    void the_documents_name_each_library_with_its_version() throws IOException {
        String page = Files.readString(Path.of("docs/dependencies.md"));
        var missing = new TreeSet<String>();
        libraries().forEach((artifact, version) -> {
            if (!page.contains("`" + artifact + "` " + version)) {
                missing.add("`" + artifact + "` " + version);
            }
        });

        assertThat(missing).isEmpty();
    }

    @Test
    void the_tomcat_of_the_run_command_is_the_one_that_the_documents_name() throws IOException {
        assertThat(Files.readString(Path.of("docs/dependencies.md")))
                .contains("`tomcat-embed-core` " + ServerInfo.getServerNumber().replaceAll("\\.0$", ""));
    }

    private static Map<String, String> libraries() throws IOException {
        var libraries = new TreeMap<String, String>();
        try (var war = new ZipFile(ServerProcess.war().toFile())) {
            war.stream().forEach(entry -> {
                Matcher jar = JAR.matcher(entry.getName());
                if (jar.matches()) {
                    libraries.put(jar.group(1), jar.group(2));
                }
            });
        }
        assertThat(libraries).hasSizeGreaterThan(20);
        return libraries;
    }

    private static JsonObject bill() throws IOException {
        try (var war = new ZipFile(ServerProcess.war().toFile())) {
            var entry = war.getEntry(BILL);
            Assumptions.assumeTrue(entry != null, "Maven was offline: " + BILL + " is not in the WAR");
            try (var reader = Json.createReader(war.getInputStream(entry))) {
                return reader.readObject();
            }
        }
    }
}
