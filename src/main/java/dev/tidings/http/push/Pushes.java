package dev.tidings.http.push;

import dev.tidings.http.AsyncResponse;
import dev.tidings.http.Exchange;
import dev.tidings.json.EntryJson;
import dev.tidings.json.Jsons;
import dev.tidings.log.LogEntry;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.servlet.http.PushBuilder;
import java.io.ByteArrayInputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Promises the artifacts of one stream's job to its reader before their events are written.
 *
 * <p>Threads: one at a time, the one that writes the stream.
 */
public final class Pushes {
    private static final Logger LOG = System.getLogger(Pushes.class.getName());

    private final AsyncResponse response;
    private final String base;
    private final long maxBytes;
    private final PushBuilder builder;
    private boolean works = true;

    private Pushes(AsyncResponse response, String base, long maxBytes, PushBuilder builder) {
        this.response = response;
        this.base = base;
        this.maxBytes = maxBytes;
        this.builder = builder;
    }

    /**
     * What this reader can be pushed; null unless it asked for it, and container, connection and client are able to.
     *
     * @param maxBytes larger artifacts are not pushed
     */
    public static @Nullable Pushes of(Exchange exchange, long maxBytes) {
        var found = new PushBuilder[1];
        if ("true".equals(exchange.query().first("push"))) {
            exchange.whileOpen(() -> found[0] = builder(exchange));
        }
        return found[0] == null ? null : new Pushes(exchange.open(), exchange.base(), maxBytes, found[0]);
    }

    private static @Nullable PushBuilder builder(Exchange exchange) {
        PushBuilder builder = exchange.request().newPushBuilder();
        if (builder != null) {
            builder.setHeader("Accept", "*/*").removeHeader("Last-Event-ID");
            // Containers leave it out; the pushed request is asked for its user like any other.
            String credentials = exchange.request().getHeader("Authorization");
            if (credentials != null) {
                builder.setHeader("Authorization", credentials);
            }
        }
        return builder;
    }

    /** Pushes the artifacts that these entries, which are about to be written, announce. */
    public void before(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            if (works && entry.kind() == LogEntry.Kind.ARTIFACT) {
                push(entry);
            }
        }
    }

    private void push(LogEntry entry) {
        try (var reader = Jsons.PROVIDER.createReader(new ByteArrayInputStream(EntryJson.withBase(entry, base)))) {
            JsonObject artifact = reader.readObject();
            if (artifact.getJsonNumber("size").longValue() <= maxBytes) {
                String href = artifact.getString("href");
                response.whileOpen(() -> push(href));
            }
        } catch (JsonException | NullPointerException | ClassCastException unreadable) {
            LOG.log(Level.DEBUG, "an artifact event that is not pushed: {0}", unreadable.getMessage());
        }
    }

    /** Whatever a container has against it, the stream goes on without. */
    private void push(String href) {
        try {
            int query = href.indexOf('?');
            builder.path(query < 0 ? href : href.substring(0, query))
                    .queryString(query < 0 ? null : href.substring(query + 1)) // else it is the stream's own
                    .push();
        } catch (RuntimeException refused) {
            works = false;
            LOG.log(Level.DEBUG, "no push: {0}", refused.toString());
        }
    }
}
