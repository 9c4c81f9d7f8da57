package dev.tidings.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Makes the folders of the servers that the integration tests run in, from what Maven has copied to {@code target/servers/parts}.
 *
 * <p>Maven Central has whole Tomcats only as older zips. So a Tomcat is the zip's scripts and defaults with newer JARs in its {@code lib}.
 * Each server gets its configuration from {@code deploy/}, and the users of the tests from {@code src/test/servers}.
 */
public final class ServerFolders {
    /** Of a zip's files, all but these are unpacked. The folder's own name is left out. */
    private static final Pattern UNWANTED =
            Pattern.compile("(lib/.+|docs/.+|webapps/(docs|examples|host-manager|ROOT)/.*)");

    private static final List<String> TOMCAT_LIBRARIES = List.of(
            "tomcat-embed-core",
            "tomcat-embed-el",
            "tomcat-embed-jasper",
            "tomcat-embed-websocket",
            "tomcat-annotations-api");

    private final Path folder;
    private final Path parts;

    private ServerFolders(Path folder) {
        this.folder = folder;
        this.parts = folder.resolve("parts");
    }

    /**
     * Called by Maven before the integration tests.
     *
     * @param args the folder of the servers; then a word for each server: {@code wildfly:39.0.1.Final}, or
     *     {@code tomcat-11:11.0.24:11.0.29} with the version of the zip and of the JARs
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        var servers = new ServerFolders(Path.of(args[0]));
        for (String server : List.of(args).subList(1, args.length)) {
            servers.make(server.split(":", -1));
        }
        servers.makeCertificate();
    }

    private void make(String[] server) throws IOException {
        String name = server[0];
        boolean tomcat = name.startsWith("tomcat");
        unpack(parts.resolve((tomcat ? "tomcat-" : "wildfly-dist-") + server[1] + ".zip"), name);
        if (tomcat) {
            makeTomcat(folder.resolve(name), server[2]);
        } else {
            Path configuration = folder.resolve(name).resolve("standalone/configuration");
            copy(Path.of("deploy/wildfly/tidings.yml"), configuration.resolve("tidings.yml"));
            copyAll(Path.of("src/test/servers/wildfly"), configuration);
        }
    }

    private void makeTomcat(Path home, String version) throws IOException {
        delete(home.resolve("lib"));
        Files.createDirectories(home.resolve("lib"));
        for (String library : TOMCAT_LIBRARIES) {
            copy(parts.resolve(library + "-" + version + ".jar"), home.resolve("lib/" + library + ".jar"));
        }
        copy(parts.resolve("tomcat-juli-" + version + ".jar"), home.resolve("bin/tomcat-juli.jar"));
        copyAll(Path.of("deploy/tomcat/conf"), home.resolve("conf"));
        copyAll(Path.of("src/test/servers/tomcat"), home.resolve("conf"));
    }

    /** Unpacks a zip, unless the folder was made from a zip of this name before. */
    private void unpack(Path zip, String name) throws IOException {
        Path home = folder.resolve(name);
        Path stamp = folder.resolve(name + ".unpacked");
        if (Files.exists(stamp) && Files.readString(stamp).equals(zip.toString()) && Files.isDirectory(home)) {
            return;
        }
        delete(home);
        try (var in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String path = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (!entry.isDirectory() && !UNWANTED.matcher(path).matches()) {
                    write(in, home.resolve(path));
                } else if (entry.isDirectory() && !UNWANTED.matcher(path).matches()) {
                    Files.createDirectories(home.resolve(path));
                }
            }
        }
        Files.writeString(stamp, zip.toString());
    }

    private static void write(InputStream in, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.copy(in, file);
        if (file.toString().endsWith(".sh") && !file.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + file + " executable");
        }
    }

    /** The key store of the servers' HTTPS, made once. */
    private void makeCertificate() throws IOException, InterruptedException {
        Path store = folder.resolve("localhost.p12");
        if (Files.exists(store)) {
            return;
        }
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "localhost",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String words = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no certificate: " + words);
        }
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
