package dev.tidings.it.balancers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of {@code deploy/} with the addresses of one run in the place of the operator's. What is to be replaced must be
 * there, so that file and test cannot drift apart.
 */
final class Configuration {
    private final String name;
    private String text;

    private Configuration(String name, String text) {
        this.name = name;
        this.text = text;
    }

    static Configuration of(String name) throws IOException {
        return new Configuration(name, Files.readString(Path.of("deploy", name)));
    }

    /** Replaces it wherever it stands. */
    Configuration with(String there, Object here) {
        if (!text.contains(there)) {
            throw new AssertionError("deploy/" + name + " has no " + there);
        }
        text = text.replace(there, here.toString());
        return this;
    }

    /** Writes it under its own name, and answers where. */
    Path into(Path folder) throws IOException {
        return Files.writeString(folder.resolve(Path.of(name).getFileName().toString()), text);
    }
}
