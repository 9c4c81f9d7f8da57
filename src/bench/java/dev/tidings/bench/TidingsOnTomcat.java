package dev.tidings.bench;

import dev.tidings.testing.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Tidings in Tomcat 11, by the launcher of {@code mvn -Prun package}. */
final class TidingsOnTomcat extends TidingsServer {
    private final ServerProcess process;

    TidingsOnTomcat(String heap) throws IOException {
        Path home = Files.createTempDirectory(Files.createDirectories(Child.FOLDER), "home");
        var builder =
                ServerProcess.at(home).optimised().name("bench").heap(heap).java(Child.javaHome());
        SETTINGS.forEach(builder::with);
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
        return "Tidings";
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
