package dev.tidings.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which resource answers which method on which path.
 *
 * <p>Filled while the application starts, then only read.
 */
public final class Routes {
    private final List<Route> routes = new ArrayList<>();

    private record Route(String method, List<String> template, List<Role> roles, Resource resource) {
        /** The values of the template's parameters; null when the path is another. */
        @Nullable
        Map<String, String> match(List<String> path) {
            if (path.size() != template.size()) {
                return null;
            }
            var values = new LinkedHashMap<String, String>();
            for (int i = 0; i < path.size(); i++) {
                String part = template.get(i);
                String value = path.get(i);
                if (part.startsWith("{") && !value.isEmpty()) {
                    values.put(part.substring(1, part.length() - 1), value);
                } else if (!part.equals(value)) {
                    return null;
                }
            }
            return values;
        }
    }

    /**
     * Adds a route. {@code GET} answers {@code HEAD} too. Earlier ones win.
     *
     * @param template such as {@code /api/jobs/{id}}
     * @param roles who may: any of these; none at all leaves it to the resource
     */
    public Routes add(String method, String template, Resource resource, Role... roles) {
        routes.add(new Route(method, segments(template), List.of(roles), resource));
        return this;
    }

    /** Lets the resource handle it. */
    void handle(Exchange exchange) throws Exception {
        var path = segments(exchange.path());
        String method = exchange.method().equals("HEAD") ? "GET" : exchange.method();
        for (Route route : routes) {
            var values = route.match(path);
            if (values != null && route.method().equals(method)) {
                exchange.pathParameters(values);
                if (!route.roles().isEmpty()) {
                    exchange.require(route.roles().toArray(Role[]::new));
                }
                route.resource().handle(exchange);
                return;
            }
        }
        String allow = allow(exchange.path());
        if (allow.isEmpty()) {
            throw Problems.notFound("No resource exists at this path.");
        }
        if (!method.equals("OPTIONS")) {
            throw Problems.methodNotAllowed(allow);
        }
        exchange.answer(Answer.empty(204).with("Allow", allow));
    }

    /**
     * What {@code Allow} says of a path.
     *
     * @param path below the context path
     * @return empty when no resource is there
     */
    String allow(String path) {
        var wanted = segments(path);
        Set<String> allowed = new LinkedHashSet<>();
        for (Route route : routes) {
            if (route.match(wanted) != null) {
                allowed.add(route.method());
                if (route.method().equals("GET")) {
                    allowed.add("HEAD");
                }
            }
        }
        if (!allowed.isEmpty()) {
            allowed.add("OPTIONS");
        }
        return String.join(", ", allowed);
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }
}
