package dev.tidings.http.guard;

import java.time.Duration;
import java.util.List;

/**
 * What a deployer says of who may do what.
 *
 * @param container whether the container authenticates; else everybody is {@code anonymous}
 * @param origins other origins whose pages may use the service with the user's credentials, such as
 *     {@code https://portal.example.com}
 * @param hosts {@code Host} values accepted without security; {@code *} for any
 * @param sessionIdle after which a session that only reads is invalidated
 */
public record GuardSettings(boolean container, List<String> origins, List<String> hosts, Duration sessionIdle) {
    public GuardSettings {
        origins = List.copyOf(origins);
        hosts = List.copyOf(hosts);
    }
}
