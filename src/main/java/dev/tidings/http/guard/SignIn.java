package dev.tidings.http.guard;

import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.Paths;
import dev.tidings.http.Problems;
import dev.tidings.http.Role;
import dev.tidings.http.Routes;
import jakarta.json.Json;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;

/**
 * {@code /login}, which the container lets only users pass, {@code /logout}, which ends the session and its streams, and
 * {@code /api/me}, which names the caller.
 */
public final class SignIn {
    private final boolean container;

    /**
     * Makes it.
     *
     * @param container whether the container authenticates
     */
    public SignIn(boolean container) {
        this.container = container;
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.add("GET", "/login", this::login)
                .add("POST", "/logout", SignIn::logout)
                .add("GET", "/api/me", SignIn::me, Role.values());
    }

    /** The container has asked for the user by now; back to the page. */
    private void login(Exchange exchange) {
        if (container) {
            if (!exchange.caller().known()) {
                throw Problems.unauthorized();
            }
            keep(exchange.request());
        }
        exchange.answer(Answer.empty(303).with("Location", target(exchange)));
    }

    /**
     * Makes the session that knows the user. Tomcat notes who came by Basic credentials only in a session that is there
     * before it looks at them, so it looks once more.
     */
    private static void keep(HttpServletRequest request) {
        String credentials = request.getHeader("Authorization");
        boolean again = request.getSession(false) == null && credentials != null && Callers.basic(credentials);
        try {
            if (again) {
                request.logout();
            }
            request.getSession(true);
            if (again) {
                Callers.login(request, credentials);
            }
        } catch (ServletException | IllegalArgumentException refused) {
            throw Problems.unauthorized();
        }
    }

    /** A path of this application only, so that the link to the login cannot lead elsewhere. */
    private static String target(Exchange exchange) {
        String home = exchange.base() + "/";
        String asked = exchange.query().first("return");
        if (asked == null || !asked.startsWith(home) || asked.contains("//")) {
            return home;
        }
        int query = asked.indexOf('?');
        boolean plain = asked.matches("/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*");
        return plain && !Paths.dotted(query < 0 ? asked : asked.substring(0, query)) ? asked : home;
    }

    /** Names the caller, for a page that shows its user and offers to sign out. */
    private static void me(Exchange exchange) {
        var request = exchange.request();
        var roles = Json.createArrayBuilder();
        exchange.caller().roles().stream().map(Role::containerName).sorted().forEach(roles::add);
        // Credentials that come with each request cannot be taken back here.
        boolean signOut = request.getSession(false) != null && request.getHeader("Authorization") == null;
        var me = Json.createObjectBuilder()
                .add("user", exchange.caller().name())
                .add("roles", roles)
                .add("signOut", signOut)
                .build();
        exchange.answer(Answer.json(200, me.toString()).with("Cache-Control", "private, no-store"));
    }

    private static void logout(Exchange exchange) throws ServletException {
        var request = exchange.request();
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
        request.logout();
        exchange.answer(Answer.empty(204));
    }
}
