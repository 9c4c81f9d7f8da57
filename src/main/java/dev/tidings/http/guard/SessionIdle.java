package dev.tidings.http.guard;

import dev.tidings.time.Timer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Invalidates sessions in which nothing but polling and streaming has happened for a while (contract §9): an open page
 * must not keep its user signed in for ever.
 *
 * <p>Each session that reads has one alarm, which looks again when something else has happened since.
 *
 * <p>Threads: any.
 */
final class SessionIdle {
    /** The session attribute that holds when its user last did something, in milliseconds since 1970. */
    private static final String ACTIVE = "tidings.active";

    private final Duration idle;
    private final Timer timer;
    private final Set<String> watched = ConcurrentHashMap.newKeySet();

    SessionIdle(Duration idle, Timer timer) {
        this.idle = idle;
        this.timer = timer;
    }

    /**
     * Notes a request; ends its session when that has been idle for too long.
     *
     * @return whether the session has ended, and with it what the container knows of the caller
     */
    boolean seen(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null) {
            return false;
        }
        try {
            if (!reads(request) || !(session.getAttribute(ACTIVE) instanceof Long)) {
                session.setAttribute(ACTIVE, timer.clock().millis());
            }
            return watched.add(session.getId()) && !watch(session.getId(), session);
        } catch (IllegalStateException invalidated) {
            return true; // by another request
        }
    }

    /** Ends the session or looks again later; answers whether it lives. */
    private boolean watch(String id, HttpSession session) {
        Duration left;
        try {
            Instant active =
                    session.getAttribute(ACTIVE) instanceof Long millis ? Instant.ofEpochMilli(millis) : Instant.EPOCH;
            left = Duration.between(timer.clock().instant(), active.plus(idle));
            if (left.isNegative() || left.isZero()) {
                session.invalidate();
                watched.remove(id);
                return false;
            }
        } catch (IllegalStateException invalidated) {
            watched.remove(id);
            return false;
        }
        timer.after(left, () -> watch(id, session));
        return true;
    }

    /** Whether the request is one that pages repeat by themselves. */
    private static boolean reads(HttpServletRequest request) {
        boolean safe = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        String path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        boolean watches = path.startsWith("/api/") && !path.contains("/artifacts/");
        return safe && (watches || path.startsWith("/health") || path.equals("/metrics"));
    }
}
