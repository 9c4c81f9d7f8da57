package dev.tidings.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tomcat's connectors are set in two places: {@code deploy/tomcat} and the launcher. */
class ConnectorSettingsTest {
    private static final Path CONF = Path.of("deploy/tomcat/conf");
    private static final Path LAUNCHER = Path.of("src/launcher/java/dev/tidings/launch/Connectors.java");

    /** Name in Tomcat, name in the JVM, default. */
    private static final Pattern IN_SERVER_XML =
            Pattern.compile("([\\w.]+)=\"\\$\\{tidings\\.http\\.(\\w+):-(\\d+)}\"");

    private static final Pattern IN_LAUNCHER =
            Pattern.compile("set\\(connector, \"([\\w.]+)\", setting\\(\"(\\w+)\", \"(\\d+)\"\\)\\)");

    @Test
    void server_xml_and_the_launcher_take_the_same_settings_with_the_same_defaults() throws IOException {
        var launcher = settings(Files.readString(LAUNCHER), IN_LAUNCHER);
        for (String connector : connectors()) {
            var settings = settings(connector, IN_SERVER_XML);
            settings.remove("port");

            assertThat(settings).hasSize(4).isEqualTo(launcher);
        }
    }

    @Test
    void every_connector_takes_what_is_advised_for_many_readers() throws IOException {
        var advised = new Properties();
        try (var file = Files.newBufferedReader(CONF.resolve("many-readers.properties"))) {
            advised.load(file);
        }
        for (String connector : connectors()) {
            assertThat(advised.stringPropertyNames())
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(connector).contains("${" + name + ":-"));
        }
    }

    private static List<String> connectors() throws IOException {
        var connectors = new ArrayList<String>();
        var matcher = Pattern.compile("<Connector [^>]*>").matcher(Files.readString(CONF.resolve("server.xml")));
        while (matcher.find()) {
            connectors.add(matcher.group());
        }
        assertThat(connectors).hasSize(2);
        return connectors;
    }

    private static Map<String, String> settings(String text, Pattern pattern) {
        var settings = new TreeMap<String, String>();
        var matcher = pattern.matcher(text);
        while (matcher.find()) {
            settings.put(matcher.group(1), matcher.group(2) + " " + matcher.group(3));
        }
        return settings;
    }
}
