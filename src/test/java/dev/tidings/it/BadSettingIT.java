package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A deployment that fails says why where an operator looks: in the log that is the console's too. */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class BadSettingIT {
    private static final String BAD = "bad";

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = BAD, managed = false, testable = false)
    static WebArchive war() {
        return Secured.without(Map.of("tidings.jobs.concurrency", "0"));
    }

    @Test
    void the_message_names_the_setting() throws Exception {
        InServer.LogMark begun = InServer.log();

        assertThatThrownBy(() -> deployer.deploy(BAD)).isInstanceOf(Exception.class);

        assertThat(begun.since().lines())
                .anyMatch(
                        line -> line.contains("Tidings does not start: ") && line.contains("tidings.jobs.concurrency"));
    }
}
