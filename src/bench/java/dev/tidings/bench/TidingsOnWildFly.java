package dev.tidings.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Tidings in a WildFly that somebody has unpacked, with the configuration of {@code deploy/wildfly} and a base folder of its own. */
final class TidingsOnWildFly extends TidingsServer {
    private final Child child;

    TidingsOnWildFly(String heap, Path home) throws IOException, InterruptedException {
        Path base = Files.createTempDirectory(Files.createDirectories(Child.FOLDER), "wildfly");
        Path configuration = Files.createDirectories(base.resolve("configuration"));
        copyFiles(home.resolve("standalone/configuration"), configuration);
        copyFiles(Path.of("deploy/wildfly"), configuration);
        Path war = Path.of(System.getProperty("tidings.build", "target"), "tidings.war");
        Files.copy(war, Files.createDirectories(base.resolve("deployments")).resolve("tidings.war"));
        int port = Child.freePort();
        var command =
                new ArrayList<String>(List.of("env", "JAVA_HOME=" + Child.javaHome(), "JAVA_OPTS=" + jvm(heap, base)));
        command.addAll(List.of(
                home.resolve("bin/standalone.sh").toString(),
                "--yaml=tidings.yml",
                "-b",
                "127.0.0.1",
                "-Djboss.server.base.dir=" + base,
                "-Djboss.http.port=" + port,
                "-Djboss.https.port=" + Child.freePort(),
                "-Djboss.management.http.port=" + Child.freePort(),
                "-Djboss.management.https.port=" + Child.freePort()));
        child = new Child("wildfly", port, command);
        awaitReady();
    }

    private static String jvm(String heap, Path base) {
        var options = new StringBuilder(
                "-Xmx" + heap + " -Djava.net.preferIPv4Stack=true -Dtidings.home=" + base.resolve("home"));
        SETTINGS.forEach(
                (name, value) -> options.append(" -D").append(name).append('=').append(value));
        return options.toString();
    }

    private static void copyFiles(Path from, Path into) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    Files.copy(file, into.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Override
    public String name() {
        return "Tidings on WildFly";
    }

    @Override
    public InetSocketAddress address() {
        return child.address();
    }

    @Override
    public Collection<Long> pids() {
        return child.pids();
    }

    @Override
    public void close() {
        child.close();
    }
}
