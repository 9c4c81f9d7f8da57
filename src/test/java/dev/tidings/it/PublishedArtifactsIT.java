package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stranger's project resolves and compiles with {@code tidings-spi} and {@code tidings-client} alone, and gets nothing of the WAR's. */
class PublishedArtifactsIT {
    private static final Path BUILD =
            Path.of(System.getProperty("tidings.build", "target")).toAbsolutePath();
    private static final Pattern VERSION = Pattern.compile("<artifactId>tidings-spi</artifactId>\\s*<version>([^<]+)<");

    private static final String CALLER = """
            package org.example;

            import dev.tidings.client.RemoteJob;
            import dev.tidings.client.Submission;
            import dev.tidings.client.TidingsClient;
            import jakarta.json.Json;
            import java.net.URI;

            /** Submits a job and waits for its end. */
            public final class Caller {
                private Caller() {}

                public static RemoteJob call(URI base) throws Exception {
                    var client = TidingsClient.at(base);
                    var params = Json.createObjectBuilder().add("skipBlank", true).build();
                    return client.await(client.submit(Submission.of("line-count").params(params)).id());
                }
            }
            """;

    @TempDir
    Path work;

    @Test
    @Timeout(300)
    void a_new_project_compiles_with_the_two_alone() throws Exception {
        String version = version();
        Path project = project();
        publish("tidings-spi", version);
        publish("tidings-client", version);

        String words = maven(project, version, "compile", "dependency:list", "-DoutputFile=" + work.resolve("list"));

        assertThat(words).contains("BUILD SUCCESS");
        assertThat(project.getParent().resolve("build/classes/com/example/lines/LineCountHandler.class"))
                .exists();
        assertThat(Files.readString(work.resolve("list")).lines().filter(line -> line.contains(":jar:")))
                .map(line -> line.strip().replaceAll(":jar:.*", ""))
                .containsExactlyInAnyOrder(
                        "dev.tidings:tidings-spi",
                        "dev.tidings:tidings-client",
                        "org.jspecify:jspecify",
                        "jakarta.json:jakarta.json-api",
                        "org.eclipse.parsson:parsson");
    }

    @Test
    void sources_and_javadoc_go_with_each() throws IOException {
        assertThat(entries("tidings-spi-sources.jar"))
                .contains("dev/tidings/job/JobHandler.java")
                .allMatch(entry -> !entry.endsWith(".java") || entry.startsWith("dev/tidings/job/"));
        assertThat(entries("tidings-client-sources.jar"))
                .contains("dev/tidings/client/TidingsClient.java")
                .allMatch(entry -> !entry.endsWith(".java") || entry.startsWith("dev/tidings/client/"));
        assertThat(entries("tidings-spi-javadoc.jar")).contains("dev/tidings/job/JobHandler.html");
        assertThat(entries("tidings-client-javadoc.jar")).contains("dev/tidings/client/TidingsClient.html");
    }

    private static List<String> entries(String jar) throws IOException {
        try (var zip = new ZipFile(BUILD.resolve(jar).toFile())) {
            return zip.stream().map(entry -> entry.getName()).toList();
        }
    }

    private static String version() throws IOException {
        Matcher version = VERSION.matcher(Files.readString(BUILD.resolve("tidings-spi.pom")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    private Path project() throws IOException {
        Path project = Files.createDirectory(work.resolve("sample"));
        Files.copy(Path.of("src/test/sample/pom.xml"), project.resolve("pom.xml"));
        Path sources = Files.createDirectories(project.resolve("src/main/java/org/example"));
        Files.writeString(sources.resolve("Caller.java"), CALLER);
        Files.copy(
                Path.of("src/test/java/com/example/lines/LineCountHandler.java"),
                sources.resolve("LineCountHandler.java"));
        return project;
    }

    /** Into a local repository of its own, as {@code mvn install} does. */
    private void publish(String artifact, String version) throws IOException {
        Path folder = Files.createDirectories(
                work.resolve("repository/dev/tidings").resolve(artifact).resolve(version));
        for (String extension : List.of(".jar", ".pom")) {
            Files.copy(BUILD.resolve(artifact + extension), folder.resolve(artifact + "-" + version + extension));
        }
    }

    /** What else is needed comes from the repository that this build has filled, so nothing is downloaded. */
    private String maven(Path project, String version, String... goals) throws IOException, InterruptedException {
        Path settings = work.resolve("settings.xml");
        Files.writeString(settings, """
                <settings><mirrors><mirror><id>here</id><mirrorOf>*</mirrorOf><url>%s</url></mirror></mirrors></settings>
                """.formatted(
                        Path.of(System.getProperty("it.repository")).toUri()));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("it.maven.home"), "bin", "mvn").toString(),
                "-B",
                "-ntp",
                "-f",
                project.resolve("pom.xml").toString(),
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + work.resolve("repository"),
                "-Dtidings.version=" + version,
                "-Dsample.build=" + work.resolve("build")));
        command.addAll(List.of(goals));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process maven = builder.start();
        String words = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(maven.waitFor()).as(words).isZero();
        return words;
    }
}
