package dev.tidings.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The servers that take turns. Each is started when a case needs it first and goes on through all cases, so that its JVM
 * has seen more than the first minute of its life.
 */
final class Servers implements AutoCloseable {
    private final String heap;
    private final @Nullable Path wildfly;
    private final boolean peers = !System.getProperty("bench.peers", "").equals("false");
    private final Map<String, Server> up = new LinkedHashMap<>();

    /**
     * None yet.
     *
     * @param wildfly a WildFly to run Tidings in too; null for none
     */
    Servers(String heap, @Nullable Path wildfly) {
        this.heap = heap;
        this.wildfly = wildfly;
    }

    /** Those that run a case, Tidings first. */
    List<Server> of(Case each) throws IOException, InterruptedException {
        var all = new ArrayList<Server>();
        all.add(server("tidings", () -> new TidingsOnTomcat(heap)));
        if (wildfly != null) {
            all.add(server("wildfly", () -> new TidingsOnWildFly(heap, wildfly)));
        }
        if (peers && each.peers().contains("spring")) {
            all.add(server("spring", () -> new SpringServer(heap)));
        }
        if (peers && each.peers().contains("nchan") && NchanServer.present()) {
            all.add(server("nchan", NchanServer::new));
        }
        return all;
    }

    /** Takes one down that answers no more; who needs it next gets a new one. */
    void replace(Server server) {
        up.values().remove(server);
        server.close();
    }

    private interface Start {
        Server start() throws IOException, InterruptedException;
    }

    private Server server(String name, Start start) throws IOException, InterruptedException {
        Server server = up.get(name);
        if (server == null) {
            server = start.start();
            up.put(name, server);
        }
        return server;
    }

    @Override
    public void close() {
        up.values().forEach(Server::close);
    }
}
