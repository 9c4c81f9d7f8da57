package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.JobHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A handler sees the application's names and classes, on whatever executor it runs. */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
abstract class JobThreads {
    private static final String OF_THE_WAR = "java:comp/env/greeting";

    /** What a server of Jakarta EE's web profile binds for each application. */
    private static final List<String> OF_EE =
            List.of("java:comp/UserTransaction", "java:comp/BeanManager", "java:module/ModuleName", "java:app/AppName");

    /** The WAR with a handler that looks up names. */
    static WebArchive war(String executor) throws IOException {
        var jar = ShrinkWrap.create(JavaArchive.class, "look-up.jar")
                .addClasses(LookupHandler.class, LookupHandler.Params.class)
                .addAsServiceProvider(JobHandler.class, LookupHandler.class);
        String entry = "<env-entry><env-entry-name>greeting</env-entry-name><env-entry-type>java.lang.String"
                + "</env-entry-type><env-entry-value>hello</env-entry-value></env-entry>";
        WebArchive war = InServer.war().addAsLibrary(jar);
        war.delete("/WEB-INF/web.xml");
        return war.setWebXML(new StringAsset(
                Files.readString(Secured.BASIC).replace("</web-app>", entry + executor + "</web-app>")));
    }

    @Test
    void a_handler_sees_the_names_and_the_classes_of_its_application() {
        List<String> names = InServer.SERVER.equals("wildfly")
                ? Stream.concat(OF_EE.stream(), Stream.of(OF_THE_WAR)).toList()
                : List.of(OF_THE_WAR);
        String list = names.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));

        var result = Calls.finished("{\"type\":\"look-up\",\"params\":{\"names\":" + list + "}}")
                .getJsonObject("result");

        assertThat(result.values())
                .hasSize(names.size() + 1)
                .allMatch(seen -> seen.toString().equals("\"found\""));
    }
}
