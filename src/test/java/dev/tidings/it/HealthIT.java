package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HealthIT extends InServer {

    @Test
    void the_deployed_war_is_live() throws Exception {
        var request = HttpRequest.newBuilder(BASE.resolve("health/live")).build();

        var answer = CLIENT.send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 404);
    }
}
