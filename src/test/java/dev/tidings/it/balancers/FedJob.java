package dev.tidings.it.balancers;

import dev.tidings.it.nodes.Node;
import dev.tidings.it.nodes.Sightings;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/** A job of type {@code external}, whose events the test makes, at either node and past the balancers. */
final class FedJob {
    private final String id;

    private FedJob(String id) {
        this.id = id;
    }

    static FedJob submit(Node node) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(node, "api/jobs", "{\"type\": \"external\"}");
        if (answer.statusCode() != 202) {
            throw new IOException("submit: " + answer.statusCode() + " " + answer.body());
        }
        return new FedJob(Sightings.json(answer.body()).getString("id"));
    }

    String id() {
        return id;
    }

    String events() {
        return "api/jobs/" + id + "/events";
    }

    /** Appends a line to its log; answers its number. */
    long say(Node node, String line) throws IOException, InterruptedException {
        return append(node, "{\"type\": \"log\", \"message\": \"" + line + "\"}");
    }

    /** Ends it. */
    long succeed(Node node) throws IOException, InterruptedException {
        return append(node, "{\"type\": \"succeeded\"}");
    }

    private long append(Node node, String event) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(node, events(), event);
        if (answer.statusCode() != 200) {
            throw new IOException("events: " + answer.statusCode() + " " + answer.body());
        }
        return Sightings.seq(Sightings.json(answer.body()));
    }

    private static HttpResponse<String> send(Node node, String path, String json)
            throws IOException, InterruptedException {
        return node.send("POST", path, BodyPublishers.ofString(json), "Content-Type", "application/json");
    }
}
