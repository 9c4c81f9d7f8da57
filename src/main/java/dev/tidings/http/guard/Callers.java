package dev.tidings.http.guard;

import dev.tidings.http.Caller;
import dev.tidings.http.HttpProblem;
import dev.tidings.http.Problems;
import dev.tidings.http.Role;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks the container who it is. */
final class Callers {
    private static final String BASIC = "basic ";

    private final boolean form;

    /**
     * Asks a container.
     *
     * @param form whether users sign in by the container's form. It would answer any other credentials by its page, so it
     *     is not asked about them
     */
    Callers(boolean form) {
        this.form = form;
    }

    /**
     * The caller; {@link Caller#NOBODY} when nobody is signed in and no credentials came.
     *
     * @throws HttpProblem 401 when the credentials are wrong
     */
    Caller of(HttpServletRequest request, HttpServletResponse response) {
        Principal principal = request.getUserPrincipal();
        String credentials = request.getHeader("Authorization");
        if (principal == null && credentials != null) {
            principal = signIn(request, response, credentials);
        }
        if (principal == null
                || principal.getName() == null
                || principal.getName().isEmpty()) {
            return Caller.NOBODY;
        }
        var roles = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (request.isUserInRole(role.containerName())) {
                roles.add(role);
            }
        }
        return new Caller(principal.getName(), roles);
    }

    private @Nullable Principal signIn(HttpServletRequest request, HttpServletResponse response, String credentials) {
        try {
            if (basic(credentials)) {
                login(request, credentials);
            } else if (form) {
                throw refused(response);
            } else {
                request.authenticate(new Unanswered(response));
            }
        } catch (ServletException | IOException | IllegalArgumentException | IllegalStateException e) {
            throw refused(response);
        }
        if (request.getUserPrincipal() == null) {
            throw refused(response);
        }
        return request.getUserPrincipal();
    }

    static boolean basic(String credentials) {
        return credentials.toLowerCase(Locale.ROOT).startsWith(BASIC);
    }

    /**
     * Signs in by {@linkplain #basic Basic} credentials.
     *
     * @throws ServletException when the container refuses them
     * @throws IllegalArgumentException when they are malformed
     */
    static void login(HttpServletRequest request, String credentials) throws ServletException {
        String pair = new String(
                Base64.getDecoder().decode(credentials.substring(BASIC.length()).strip()), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("credentials without a colon");
        }
        request.login(pair.substring(0, colon), pair.substring(colon + 1));
    }

    private static HttpProblem refused(HttpServletResponse response) {
        response.setHeader("WWW-Authenticate", "Basic realm=\"Tidings\", charset=\"UTF-8\"");
        return Problems.unauthorized();
    }
}
