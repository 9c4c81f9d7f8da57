package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HealthIT extends InServer {

    @Test
    void the_deployed_war_is_live() throws Exception {
        assertThat(API.get("health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void the_deployed_war_is_ready_with_its_store() throws Exception {
        assertThat(API.get("health/ready").statusCode()).isEqualTo(200);
    }
}
