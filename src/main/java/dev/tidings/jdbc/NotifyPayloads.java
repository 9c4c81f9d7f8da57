package dev.tidings.jdbc;

import dev.tidings.log.WakeUps;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Hints as payloads of NOTIFY.
 *
 * <p>Shape: ASCII; the sender, then for each hint a space, the job's id, a colon and the owner, percent-encoded. A
 * payload is shorter than PostgreSQL's limit of 8,000 bytes; what is longer becomes several.
 *
 * @param sender names this store among all that use the database; its own payloads say nothing new to it
 */
record NotifyPayloads(String sender) {
    static final String CHANNEL = "tidings";

    /** PostgreSQL refuses 8,000 bytes and more. */
    static final int MAX_BYTES = 7_900;

    List<String> payloads(Collection<WakeUps.Hint> hints) {
        var payloads = new ArrayList<String>();
        var payload = new StringBuilder(sender);
        for (WakeUps.Hint hint : hints) {
            String owner = URLEncoder.encode(hint.owner(), StandardCharsets.UTF_8);
            // An owner too long to be told is told as nobody; readers of the job itself still hear.
            String word = " " + hint.job() + ":" + (owner.length() > MAX_BYTES / 2 ? "" : owner);
            if (payload.length() + word.length() > MAX_BYTES) {
                payloads.add(payload.toString());
                payload = new StringBuilder(sender);
            }
            payload.append(word);
        }
        payloads.add(payload.toString());
        return payloads;
    }

    /** Reads a payload; empty when this store sent it. What cannot be read is passed over. */
    Set<WakeUps.Hint> read(String payload) {
        var words = payload.split(" ", -1);
        var hints = new LinkedHashSet<WakeUps.Hint>();
        if (words[0].equals(sender)) {
            return hints;
        }
        for (int i = 1; i < words.length; i++) {
            int colon = words[i].indexOf(':');
            if (colon > 0) {
                hints.add(new WakeUps.Hint(
                        words[i].substring(0, colon),
                        URLDecoder.decode(words[i].substring(colon + 1), StandardCharsets.UTF_8)));
            }
        }
        return hints;
    }
}
