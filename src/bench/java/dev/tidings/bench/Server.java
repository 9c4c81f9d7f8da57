package dev.tidings.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;

/**
 * A server under load, in processes of its own.
 *
 * <p>Its topics are numbered from 0; to Tidings each is a job.
 */
interface Server extends AutoCloseable {
    String name();

    InetSocketAddress address();

    Collection<Long> pids();

    /** Makes so many topics that nothing was published to; those before are forgotten. */
    void fresh(int topics) throws IOException, InterruptedException;

    /** The head of a request for an event stream, without the empty line. */
    String stream(int topic);

    /** The head of a poll for what follows {@code last}; {@code head} is that of the answer before. */
    String poll(int topic, long last, String head);

    /** The whole request that publishes an event with so many bytes of text and a stamp at the message's end. */
    String post(int topic, long number, long micros, int textBytes);

    /** How many connections a flood is published over: more than one where an answer waits for a commit. */
    int publishers();

    /** Over how many connections events are published for many topics, as by workers that do not wait for each other. */
    default int workers() {
        return publishers();
    }

    @Override
    void close();

    /** A request with a JSON body. */
    static String request(String method, String path, String body) {
        return method + " " + path
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    /** What peers are given to hand out: as long as, and of the shape of, an event of Tidings. */
    static String event(String topic, long number, long micros, int textBytes) {
        return "{\"seq\":" + number + ",\"job\":\"" + topic
                + "\",\"type\":\"log\",\"level\":\"info\",\"sent\":\"2026-11-24T21:12:22.123456Z\",\"message\":\""
                + text(micros, textBytes) + "\"}";
    }

    static String text(long micros, int bytes) {
        return "x".repeat(Math.max(0, bytes - 19)) + " t=" + micros;
    }
}
