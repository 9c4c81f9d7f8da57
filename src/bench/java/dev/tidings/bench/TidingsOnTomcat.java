package dev.tidings.bench;

import dev.tidings.testing.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Tidings in Tomcat 11, by the launcher of {@code mvn -Prun package}. */
final class TidingsOnTomcat extends TidingsServer {
    private static final Path MANY_READERS = Path.of("deploy/tomcat/conf/many-readers.properties");

    private final String name;
    private final ServerProcess process;

    TidingsOnTomcat(String heap) throws IOException {
        this("Tidings", heap, Map.of());
    }

    /** With the connectors for very many readers. */
    static TidingsOnTomcat forManyReaders(String heap) throws IOException {
        var settings = new Properties();
        try (var file = Files.newBufferedReader(MANY_READERS)) {
            settings.load(file);
        }
        var connectors = new TreeMap<String, String>();
        settings.stringPropertyNames().forEach(each -> connectors.put(each, settings.getProperty(each)));
        return new TidingsOnTomcat("Tidings, many-readers.properties", heap, connectors);
    }

    private TidingsOnTomcat(String name, String heap, Map<String, String> more) throws IOException {
        this.name = name;
        Path home = Files.createTempDirectory(Files.createDirectories(Child.FOLDER), "home");
        var builder =
                ServerProcess.at(home).optimised().name("bench").heap(heap).java(Child.javaHome());
        SETTINGS.forEach(builder::with);
        more.forEach(builder::with);
        if (Boolean.getBoolean("bench.jfr")) {
            builder.jvm("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + Child.FOLDER.resolve("tidings.jfr"));
        }
        for (String option : System.getProperty("bench.jvm", "").split(" ", -1)) {
            if (!option.isEmpty()) {
                builder.jvm(option);
            }
        }
        process = builder.start();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", process.port());
    }

    @Override
    public Collection<Long> pids() {
        return List.of(process.pid());
    }

    @Override
    public void close() {
        if (process.alive()) {
            process.stop();
        }
    }
}
