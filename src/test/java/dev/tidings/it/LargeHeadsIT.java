package dev.tidings.it;

import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Heads of up to 32 KiB reach the application: cookies of a portal, Kerberos tickets, many ids in a query. */
class LargeHeadsIT extends InServer {
    private static final int TO_SPARE = 1024;

    @Test
    void a_ticket_of_12_000_bytes_and_a_cookie_of_4_000_are_read() {
        Calls.get(
                        "api/types",
                        "Authorization",
                        "Negotiate " + "x".repeat(12_000),
                        "Cookie",
                        "portal=" + "y".repeat(4000))
                .is(200);
    }

    @Test
    void a_head_of_almost_32_KiB_is_read() {
        Calls.get("api/types", "Cookie", "portal=" + "y".repeat(32 * 1024 - TO_SPARE))
                .is(200);
    }

    @Test
    void a_hundred_ids_in_a_query_are_read() {
        String ids =
                Stream.generate(() -> "job=" + UUID.randomUUID()).limit(100).collect(Collectors.joining("&"));

        Calls.get("index.html?" + ids, "Cookie", "portal=" + "y".repeat(4000)).is(200);
    }
}
