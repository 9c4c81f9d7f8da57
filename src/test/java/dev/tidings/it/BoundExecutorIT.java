package dev.tidings.it;

import java.io.IOException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** On an executor of the deployer's. Tomcat knows none in a descriptor, and the WAR brings its own. */
class BoundExecutorIT extends JobThreads {
    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        return war(
                "<managed-executor><name>java:module/concurrent/tidings-jobs</name><max-async>8</max-async></managed-executor>");
    }
}
