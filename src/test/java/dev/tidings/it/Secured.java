package dev.tidings.it;

import dev.tidings.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR as a deployer changes it: another descriptor, settings as context parameters. And who its users are. */
final class Secured {
    /** The WAR's own descriptor: BASIC. */
    static final Path BASIC = Path.of("webapp/WEB-INF/web.xml");

    /** The one that the recipe in {@code deploy/form-login} puts in its place. */
    static final Path FORM = Path.of("deploy/form-login/web.xml");

    private Secured() {}

    /** The WAR with {@code tidings.security=container} and these settings. */
    static WebArchive war(Path descriptor, Map<String, String> settings) {
        return war(descriptor, "container", settings);
    }

    /** The WAR without security, with these settings. */
    static WebArchive without(Map<String, String> settings) {
        return war(BASIC, "none", settings);
    }

    private static WebArchive war(Path descriptor, String security, Map<String, String> settings) {
        var parameters = new StringBuilder(parameter("tidings.security", security));
        settings.forEach((name, value) -> parameters.append(parameter(name, value)));
        try {
            String xml = Files.readString(descriptor).replaceFirst("  <listener>", parameters + "  <listener>");
            WebArchive war = ShrinkWrap.createFromZipFile(
                    WebArchive.class, ServerProcess.war().toFile());
            war.delete("/WEB-INF/web.xml");
            return war.setWebXML(new StringAsset(xml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String parameter(String name, String value) {
        return "  <context-param><param-name>" + name + "</param-name><param-value>" + value
                + "</param-value></context-param>\n";
    }

    /** The {@code Authorization} of a user whose password is its name. */
    static String as(String user) {
        return basic(user, user);
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
