package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application with enterprise beans and users of the server's own realm, beside Tidings with users of its realm. */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@EnabledIfSystemProperty(named = "it.server", matches = "wildfly", disabledReason = "no enterprise beans")
class NeighbourIT {
    @Deployment(name = "tidings", order = 1, testable = false)
    static WebArchive tidings() {
        return Secured.war(Secured.BASIC, Map.of());
    }

    @Deployment(name = "neighbour", order = 2, testable = false)
    static WebArchive neighbour() {
        return ShrinkWrap.create(WebArchive.class, "neighbour.war")
                .addClasses(Neighbour.class, NeighbourBean.class)
                .addAsWebInfResource(new StringAsset("""
                                <ejb-jar xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0">
                                  <enterprise-beans><session>
                                    <ejb-name>Greeter</ejb-name><local-bean/>
                                    <ejb-class>dev.tidings.it.NeighbourBean</ejb-class>
                                    <session-type>Stateless</session-type>
                                  </session></enterprise-beans>
                                </ejb-jar>"""), "ejb-jar.xml")
                .setWebXML(new StringAsset("""
                                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                                  <servlet>
                                    <servlet-name>page</servlet-name>
                                    <servlet-class>dev.tidings.it.Neighbour</servlet-class>
                                  </servlet>
                                  <servlet-mapping><servlet-name>page</servlet-name><url-pattern>/page</url-pattern></servlet-mapping>
                                  <security-constraint>
                                    <web-resource-collection>
                                      <web-resource-name>all</web-resource-name><url-pattern>/*</url-pattern>
                                    </web-resource-collection>
                                    <auth-constraint><role-name>clerk</role-name></auth-constraint>
                                  </security-constraint>
                                  <login-config><auth-method>BASIC</auth-method></login-config>
                                  <security-role><role-name>clerk</role-name></security-role>
                                </web-app>"""));
    }

    @Test
    void each_application_knows_its_own_users() {
        assertThat(page("carol").is(200).text()).isEqualTo("hello carol");
        page("alice").is(401);

        Calls.get("api/jobs", "Authorization", Secured.as("alice")).is(200);
        Calls.get("api/jobs", "Authorization", Secured.as("carol")).isProblem(401);
    }

    private static Calls.Answer page(String user) {
        return Calls.get("/neighbour/page", "Authorization", Secured.as(user));
    }
}
