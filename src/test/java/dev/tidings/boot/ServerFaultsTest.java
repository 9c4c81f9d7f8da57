package dev.tidings.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFaultsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Apache Tomcat/11.0.22",
                "Apache Tomcat/11.0.26",
                "Apache Tomcat/10.1.55",
                "Apache Tomcat/10.1.60"
            })
    void a_version_that_mixes_up_responses_is_told_first(String server) {
        assertThat(ServerFaults.of(server).get(0)).contains("CVE-2026-101356");
    }

    @Test
    void tomcats_before_the_last_fixes_have_three_faults() {
        for (String server : List.of("Apache Tomcat/11.0.27", "Apache Tomcat/11.0.28", "Apache Tomcat/10.1.61")) {
            assertThat(ServerFaults.of(server)).as(server).hasSize(3).anyMatch(fault -> fault.contains("117517"));
        }
    }

    @Test
    void the_newest_tomcats_have_none_that_is_known() {
        assertThat(ServerFaults.of("Apache Tomcat/11.0.29")).isEmpty();
        assertThat(ServerFaults.of("Apache Tomcat/10.1.62")).isEmpty();
        assertThat(ServerFaults.of("Apache Tomcat/12.0.0-M1")).isEmpty();
    }

    /** The Tomcat of the run command and of the tests. */
    @Test
    void the_tomcat_that_we_run_has_none_either() {
        assertThat(ServerFaults.of(ServerInfo.getServerInfo())).isEmpty();
    }

    @Test
    void undertow_is_known_by_its_own_name() {
        assertThat(ServerFaults.of("Undertow - 2.3.23.Final")).isEmpty();
        assertThat(ServerFaults.of("Undertow - 2.3.10.Final")).hasSize(2);
        assertThat(ServerFaults.of("WildFly 20.0.0.Final - Undertow 2.1.3.Final"))
                .hasSize(2);
    }

    @Test
    void of_other_servers_nothing_is_known() {
        assertThat(ServerFaults.of("jetty/12.0.31")).isEmpty();
        assertThat(ServerFaults.of("Apache Tomcat/11")).isEmpty();
        assertThat(ServerFaults.of("")).isEmpty();
    }
}
