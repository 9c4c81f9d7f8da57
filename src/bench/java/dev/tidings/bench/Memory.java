package dev.tidings.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What idle readers cost a server: fresh, then with {@link #READERS} open streams that nothing is sent to.
 *
 * @param heapMb live objects after a full collection; NaN where there is no heap
 */
record Memory(String server, double heapBefore, double heapMb, double rssBefore, double rssMb, long threads) {
    static final int READERS = Integer.getInteger("bench.idle", 10_000);

    static final String HEAD = "| " + String.format(Locale.ROOT, "%,d", READERS)
            + " idle readers | heap MB before → with | KB of heap each | RSS MB before → with | KB of RSS each | threads |\n"
            + "|---|---|---|---|---|---|\n";

    private static final int FIRST = 500;
    private static final Pattern LIVE = Pattern.compile("Total\\s+(\\d+)\\s+(\\d+)");

    private interface Start {
        Server start() throws IOException, InterruptedException;
    }

    /** Of all servers, one after the other. */
    static List<Memory> measure(String heap) throws IOException, InterruptedException {
        System.out.println("== memory of idle readers");
        var starts = new ArrayList<Start>();
        starts.add(() -> new BareServer(heap, true));
        starts.add(() -> new BareServer(heap, false));
        starts.add(() -> new TidingsOnTomcat(heap));
        starts.add(() -> TidingsOnTomcat.forManyReaders(heap));
        String wildfly = System.getProperty("bench.wildfly", "");
        if (!wildfly.isEmpty()) {
            starts.add(() -> new TidingsOnWildFly(heap, Path.of(wildfly)));
        }
        starts.add(() -> new SpringServer(heap));
        if (NchanServer.present()) {
            starts.add(NchanServer::new);
        }
        var measured = new ArrayList<Memory>();
        Map<String, List<String>> bare = Map.of();
        for (Start start : starts) {
            try (Server server = start.start()) {
                Memory memory = of(server);
                System.out.print(memory.row());
                measured.add(memory);
                if (server instanceof BareServer) {
                    bare = headers(server);
                } else if (server instanceof TidingsOnTomcat && !headers(server).equals(bare)) {
                    throw new IOException("the bare servlet sends " + bare + ", Tidings " + headers(server));
                }
            }
        }
        return measured;
    }

    /** What a reader gets before its first event, the time left out. */
    private static Map<String, List<String>> headers(Server server) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + server.address().getPort()
                + server.stream(0).split(" ", 3)[1]);
        var request = HttpRequest.newBuilder(uri)
                .header("Accept", "text/event-stream")
                .build();
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        answer.body().close();
        var headers = new TreeMap<String, List<String>>(answer.headers().map());
        headers.remove("date");
        return headers;
    }

    private static Memory of(Server server) throws IOException, InterruptedException {
        server.fresh(1);
        try (Readers first =
                open(server, FIRST)) { // so that what is made once is there; they stay, or some might be freed
            double heapBefore = heap(server);
            double rssBefore = Proc.rssMb(server.pids());
            try (Readers all = open(server, READERS)) {
                return new Memory(
                        server.name(),
                        heapBefore,
                        heap(server),
                        rssBefore,
                        Proc.rssMb(server.pids()),
                        Proc.threads(server.pids()));
            }
        }
    }

    private static Readers open(Server server, int count) throws IOException, InterruptedException {
        var crowd = new Readers.Crowd(count, 1, false, 0);
        var readers = new Readers(server.address(), crowd, (topic, last, head) -> server.stream(topic));
        readers.awaitOpen();
        Thread.sleep(2000);
        return readers;
    }

    /** MiB of live objects, as a histogram after a full collection counts them. */
    private static double heap(Server server) throws IOException, InterruptedException {
        if (server instanceof NchanServer) {
            return Double.NaN;
        }
        long pid = jvm(server);
        Process jcmd = new ProcessBuilder(
                        Child.javaHome().resolve("bin/jcmd").toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        Files.writeString(Child.FOLDER.resolve("heap of " + server.name() + ".txt"), said);
        Matcher live = LIVE.matcher(said);
        if (!live.find()) {
            throw new IOException("no histogram: " + said.lines().findFirst().orElse(""));
        }
        return Long.parseLong(live.group(2)) / 1048576.0;
    }

    /** The process that says it is Java: WildFly's is started by a shell. */
    private static long jvm(Server server) throws IOException {
        for (long pid : server.pids()) {
            if (Files.readString(Path.of("/proc/" + pid + "/comm")).strip().equals("java")) {
                return pid;
            }
        }
        throw new IOException(server.name() + " has no JVM");
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %.0f → %.0f | %.2f | %.0f → %.0f | %.2f | %d |%n",
                server,
                heapBefore,
                heapMb,
                (heapMb - heapBefore) * 1024 / READERS,
                rssBefore,
                rssMb,
                (rssMb - rssBefore) * 1024 / READERS,
                threads);
    }
}
