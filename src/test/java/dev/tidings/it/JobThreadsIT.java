package dev.tidings.it;

import java.io.IOException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** On the executor that the WAR brings. */
class JobThreadsIT extends JobThreads {
    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        return war("");
    }
}
