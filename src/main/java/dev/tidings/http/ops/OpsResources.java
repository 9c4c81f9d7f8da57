package dev.tidings.http.ops;

import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.http.Role;
import dev.tidings.http.Routes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What operators ask and tell.
 *
 * @param started whether the node is up
 * @param draining whether it takes nothing new
 * @param storeLost whether only a new process can open the store again
 * @param storeCheck throws unless the store can be read; blocks
 * @param metrics all meters in Prometheus' text format; may block
 * @param drain begins the drain; idempotent, does not wait for its end
 * @param restored raises all logs' numbers; blocks
 */
public record OpsResources(
        BooleanSupplier started,
        BooleanSupplier draining,
        BooleanSupplier storeLost,
        Runnable storeCheck,
        Supplier<String> metrics,
        Runnable drain,
        Runnable restored) {
    private static final Logger LOG = System.getLogger(OpsResources.class.getName());
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** Adds their routes. */
    public void addTo(Routes routes) {
        routes.add("GET", "/health/live", this::live)
                .add("GET", "/health/ready", this::ready)
                .add("GET", "/metrics", this::metrics, Role.ADMIN)
                .add("POST", "/admin/drain", this::drain, Role.ADMIN)
                .add("POST", "/admin/restored", this::restored, Role.ADMIN);
    }

    private static Answer up() {
        return Answer.json(200, "{\"status\":\"up\"}");
    }

    private void live(Exchange exchange) {
        if (storeLost.getAsBoolean()) {
            throw Problems.busy("The embedded database is closed and cannot be opened; restart this node.");
        }
        exchange.answer(up());
    }

    private void ready(Exchange exchange) {
        if (draining.getAsBoolean()) {
            throw Problems.draining();
        }
        if (!started.getAsBoolean()) {
            throw Problems.busy("The node is starting.");
        }
        exchange.store(() -> {
            storeCheck.run();
            exchange.answer(up());
        });
    }

    private void metrics(Exchange exchange) {
        exchange.store(
                () -> exchange.answer(Answer.of(200, PROMETHEUS, metrics.get().getBytes(StandardCharsets.UTF_8))));
    }

    private void drain(Exchange exchange) {
        if (!draining.getAsBoolean()) {
            LOG.log(
                    Level.INFO,
                    "{0} drains this node: it takes no jobs, sends its readers away and hands its jobs over",
                    exchange.caller().name());
        }
        drain.run();
        exchange.answer(Answer.json(202, "{\"status\":\"draining\"}"));
    }

    private void restored(Exchange exchange) {
        exchange.store(() -> {
            restored.run();
            LOG.log(
                    Level.INFO,
                    "{0} said that the database was restored: all logs go on at higher numbers, and all readers look again",
                    exchange.caller().name());
            exchange.answer(Answer.empty(204));
        });
    }
}
