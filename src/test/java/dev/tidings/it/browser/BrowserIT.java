package dev.tidings.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.WaitUntilState;
import com.sun.net.httpserver.HttpServer;
import dev.tidings.it.browser.Gateway.Way;
import dev.tidings.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The browser's side in a real Chromium against the real server, by HTTP/1.1 and HTTP/2, through gateways that misbehave. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(180)
class BrowserIT {
    private static final Path SCREENSHOTS = Path.of(System.getProperty("tidings.build", "target"), "screenshots");
    /** The cursor of who knows that a job was started. Nothing follows for now, so that a path which holds back is mute. */
    private static final int CAUGHT_UP = 2;

    @TempDir
    static Path folder;

    private static Chromium chromium;
    private static ServerProcess server;
    private static ReportedJobs jobs;
    private static HttpServer otherOrigin;

    @BeforeAll
    static void start() throws Exception {
        chromium = new Chromium();
        otherOrigin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        otherOrigin.start();
        // The heartbeat is longer than the time in which a stream must say hello: who holds the last piece back is
        // mute.
        server = ServerProcess.at(folder.resolve("home"))
                .name("browser")
                .tls()
                .with("tidings.heartbeat", "7s")
                .with("tidings.retry", "200ms")
                .with("tidings.cors.origins", origin(otherOrigin))
                .start();
        jobs = new ReportedJobs(server.base());
    }

    @AfterAll
    static void stop() {
        Stream.<AutoCloseable>of(() -> chromium.close(), () -> server.close(), () -> otherOrigin.stop(0))
                .forEach(each -> {
                    try {
                        each.close();
                    } catch (Exception neverStarted) {
                        // The reason was told where it did not start.
                    }
                });
    }

    private static String origin(HttpServer http) {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void a_file_is_submitted_watched_and_its_result_fetched(String protocol) throws Exception {
        URI base = protocol.equals("h2") ? server.tlsBase() : server.base();
        String name = "märz " + protocol.charAt(1) + ".csv";
        Path file = Files.writeString(folder.resolve(name), "a;b\n".repeat(200_000));
        try (BrowserContext context = chromium.fresh()) {
            var portal = new Portal(context, base);
            Page page = portal.page();
            Chromium.until(page, "document.getElementById('type').options.length > 0");
            page.selectOption("#type", "digest");
            page.setInputFiles("#files", file);
            page.click("#go");

            portal.untilShown(name, "Done");
            Chromium.until(page, "document.getElementById('connection').textContent.startsWith('Live')");

            Object text = page.evaluate(
                    "fetch([...document.querySelector('tidings-jobs').shadowRoot.querySelectorAll('tidings-progress')]"
                            + ".map((each) => each.shadowRoot.querySelector('[part=artifact]') ?? each.shadowRoot.querySelector('a'))"
                            + ".find((link) => link).href).then((answer) => answer.text())");
            assertThat(text.toString()).contains(name);
            Stream<?> protocols = ((List<?>) page.evaluate(
                            "performance.getEntriesByType('resource').map((entry) => entry.nextHopProtocol)"))
                    .stream();
            assertThat(protocols.map(Object::toString)).contains(protocol).isSubsetOf(protocol, "");
        }
    }

    /** Every rung forced: by each gateway the same job is read, and by none is an event lost, doubled or out of order. */
    @Test
    void whatever_stands_between_each_event_comes_once_and_in_order_by_the_rung_that_works() throws Exception {
        Map<Way, String> rungs = new LinkedHashMap<>();
        rungs.put(Way.CLEAR, "stream");
        rungs.put(Way.BUFFERS, "long-poll");
        rungs.put(Way.HOLDS_LAST, "long-poll");
        rungs.put(Way.BAD_GATEWAY, "long-poll");
        rungs.put(Way.BAD_GATEWAY_FOR_WAITING, "poll");
        rungs.put(Way.CUTS, "poll");
        String job = jobs.begin("through all gateways");
        var gateways = new ArrayList<Gateway>();
        try (BrowserContext context = chromium.fresh();
                var resetting = new ResettingGateway(server.tlsBase(), folder)) {
            Map<Portal, String> portals = new LinkedHashMap<>();
            for (Map.Entry<Way, String> way : rungs.entrySet()) {
                var gateway = new Gateway(way.getKey(), server.base());
                gateways.add(gateway);
                portals.put(new Portal(context, gateway.base()), way.getValue());
            }
            portals.put(new Portal(context, resetting.base()), "long-poll");
            // These take half a minute: they run beside the rest.
            Page clear = pathCheck(context, server.base());
            Page held = pathCheck(context, gateways.get(1).base());
            portals.keySet().forEach(portal -> portal.watch(job, CAUGHT_UP));
            portals.forEach(Portal::untilRung);
            for (int i = 0; i < 5; i++) {
                jobs.report(job, "{\"type\":\"log\",\"level\":\"info\",\"message\":\"Zürich 東京 🎉 " + i + "\"}");
                jobs.report(job, "{\"type\":\"progress\",\"done\":" + i + ",\"total\":5}");
            }
            jobs.report(job, "{\"type\":\"succeeded\",\"result\":{\"n\":5}}");
            List<JsonObject> log = jobs.log(job).stream()
                    .filter(event -> event.getInt("seq") > CAUGHT_UP)
                    .toList();

            for (Portal portal : portals.keySet()) {
                portal.untilOver();
                List<JsonObject> seen =
                        portal.seen().stream().map(ReportedJobs::json).toList();
                assertThat(ReportedJobs.important(seen)).as(portals.get(portal)).isEqualTo(ReportedJobs.important(log));
                assertThat(seen.stream().map(event -> event.getInt("seq")).toList())
                        .isSorted()
                        .doesNotHaveDuplicates();
                portal.untilShown("through all gateways", "Done");
                System.out.println(portal.page().url() + " " + portal.rungs() + ", " + seen.size() + " events");
            }
            assertThat(resetting.resets()).isGreaterThanOrEqualTo(3);
            for (var check : Map.of(
                            clear, "The path is clear.", held, "Live streams do not get through; long requests do.")
                    .entrySet()) {
                assertThat(verdict(check.getKey(), check.getValue())).isEqualTo(check.getValue());
            }
        } finally {
            for (Gateway gateway : gateways) {
                gateway.close();
            }
        }
    }

    private static Page pathCheck(BrowserContext context, URI base) {
        Page page = context.newPage();
        page.navigate(base.resolve("path-check.html").toString());
        return page;
    }

    /** What the page says in the end. That a slow machine holds messages up is said too: it is asked again then. */
    private static String verdict(Page page, String expected) {
        for (int tries = 0; ; tries++) {
            Chromium.until(
                    page, "!document.getElementById('again').disabled && !document.getElementById('verdict').hidden");
            String words = page.textContent("#verdict strong");
            if (words.equals(expected) || tries == 4) {
                return words;
            }
            page.click("#again");
        }
    }

    @Test
    void twelve_tabs_have_one_stream_and_when_their_leader_goes_none_misses_an_end() throws Exception {
        String job = jobs.begin("seen by twelve");
        try (var gateway = new Gateway(Way.CLEAR, server.base());
                BrowserContext context = chromium.fresh()) {
            List<Portal> tabs = new ArrayList<>(IntStream.range(0, 12)
                    .mapToObj(i -> new Portal(context, gateway.base()))
                    .toList());
            tabs.forEach(tab -> tab.untilShown("seen by twelve", "Running"));
            assertThat(gateway.openStreams()).isEqualTo(1);
            assertThat(gateway.streams()).isEqualTo(1);

            tabs.remove(0).page().close();
            tabs.remove(0).page().close();
            jobs.report(job, "{\"type\":\"succeeded\",\"result\":null}");
            tabs.forEach(tab -> tab.untilShown("seen by twelve", "Done"));

            String later = jobs.begin("submitted later");
            jobs.report(later, "{\"type\":\"succeeded\",\"result\":null}");
            tabs.forEach(tab -> tab.untilShown("submitted later", "Done"));
            assertThat(gateway.openStreams()).isEqualTo(1);
            assertThat(gateway.streams()).isLessThanOrEqualTo(3);
        }
    }

    /** Nothing of the page runs any more: no last word to the other tabs, only the browser lets its lock go. */
    @Test
    void when_the_leaders_process_is_killed_another_tab_takes_over_and_none_misses_a_state_or_an_end()
            throws Exception {
        String ends = jobs.begin("ends while nobody leads");
        String goesOn = jobs.begin("goes on");
        try (var gateway = new Gateway(Way.CLEAR, server.base());
                BrowserContext context = chromium.fresh()) {
            var leader = new Portal(context, gateway.base());
            leader.untilShown("ends while nobody leads", "Running");
            List<Portal> others = List.of(new Portal(context, gateway.base()), new Portal(context, gateway.base()));
            for (Portal other : others) {
                other.untilShown("ends while nobody leads", "Running");
                other.watchMine();
            }
            assertThat(gateway.streams()).isEqualTo(1);

            leader.crash();
            long killed = System.nanoTime();
            jobs.report(ends, "{\"type\":\"succeeded\",\"result\":null}");
            String begins = jobs.begin("begins while nobody leads");
            for (Portal other : others) {
                other.untilShown("ends while nobody leads", "Done");
                other.untilShown("begins while nobody leads", "Running");
            }
            System.out.println("after the leader's crash the others knew all within "
                    + (System.nanoTime() - killed) / 1_000_000 + " ms");
            jobs.report(goesOn, "{\"type\":\"failed\",\"error\":{\"title\":\"Failed\"}}");
            jobs.report(begins, "{\"type\":\"succeeded\",\"result\":null}");

            for (Portal other : others) {
                other.untilShown("goes on", "Failed");
                other.untilShown("begins while nobody leads", "Done");
                assertThat(other.changes(ends)).containsExactly("running", "succeeded");
                assertThat(other.changes(begins)).endsWith("running", "succeeded");
                assertThat(other.changes(goesOn)).containsExactly("running", "failed");
            }
            assertThat(gateway.streams()).isEqualTo(2);
            assertThat(gateway.openStreams()).isEqualTo(1);
        }
    }

    @Test
    void a_storm_of_reloads_leaves_one_stream_although_the_gateway_keeps_the_dead_ones() throws Exception {
        String job = jobs.begin("reloaded");
        try (var gateway = new Gateway(Way.KEEPS_DEAD, server.base());
                BrowserContext context = chromium.fresh()) {
            var portal = new Portal(context, gateway.base());
            for (int i = 0; i < 15; i++) {
                portal.untilConnection("Live");
                portal.page().reload(new Page.ReloadOptions().setWaitUntil(WaitUntilState.COMMIT));
            }
            portal.untilShown("reloaded", "Running");
            portal.untilConnection("Live");
            assertThat(gateway.streams()).isEqualTo(16);
            assertThat(gateway.openStreams()).isEqualTo(1);
            jobs.report(job, "{\"type\":\"succeeded\",\"result\":null}");
            portal.untilShown("reloaded", "Done");
        }
    }

    @Test
    void offline_and_back_the_page_and_the_watch_go_on_where_they_were() throws Exception {
        String job = jobs.begin("while away");
        // Being offline cuts no connection of the loopback interface; the gateway does.
        try (var gateway = new Gateway(Way.CLEAR, server.base());
                BrowserContext context = chromium.fresh()) {
            var portal = new Portal(context, gateway.base());
            portal.watch(job, 0);
            portal.untilRung("stream");
            portal.untilShown("while away", "Running");

            gateway.cutAll();
            context.setOffline(true);
            portal.untilConnection("Offline");
            jobs.report(job, "{\"type\":\"log\",\"level\":\"info\",\"message\":\"meanwhile\"}");
            jobs.report(job, "{\"type\":\"succeeded\",\"result\":null}");
            context.setOffline(false);

            portal.untilOver();
            portal.untilShown("while away", "Done");
            assertThat(ReportedJobs.important(
                            portal.seen().stream().map(ReportedJobs::json).toList()))
                    .isEqualTo(ReportedJobs.important(jobs.log(job)));
            assertThat(portal.rungs()).containsOnly("stream");
        }
    }

    @Test
    void the_ten_lines_of_the_guide_show_the_jobs_on_another_applications_page() throws Exception {
        String job = jobs.begin("embedded");
        try (var gateway = new Gateway(Way.CLEAR, server.base());
                BrowserContext context = chromium.fresh()) {
            URI sameHost = gateway.page("/reports/index.html", Guide.example(0));
            String afar = Guide.example(0)
                    .replace(
                            "/tidings/tidings.min.js",
                            Guide.script()
                                    .replace(
                                            "https://tidings.example.com/tidings/",
                                            server.base().toString()));
            otherOrigin.createContext("/portal.html", exchange -> {
                byte[] bytes = afar.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            var pages = List.of(
                    new Portal(context, sameHost),
                    new Portal(context, URI.create(origin(otherOrigin) + "/portal.html")));
            pages.forEach(page -> page.untilShown("embedded", "Running"));

            // From the other origin, by the button: a request that changes something, with its preflight.
            pages.get(1)
                    .page()
                    .evaluate(
                            "[...document.querySelector('tidings-jobs').shadowRoot.querySelectorAll('tidings-progress')].map((each) => each.shadowRoot)"
                                    + ".find((root) => root.querySelector('[part=title]').textContent.includes('embedded')).querySelector('[part=cancel]').click()");

            jobs.awaitEvent(job, "cancelling");
            jobs.report(job, "{\"type\":\"cancelled\"}");
            pages.forEach(page -> page.untilShown("embedded", "Cancelled"));
        }
    }

    /**
     * What HTTP/2's push was good for: the bytes are there before somebody asks for them. By HTTP/1.1, since Chromium keeps nothing that
     * came with a certificate which it does not know.
     */
    @Test
    void a_small_result_is_in_the_browsers_cache_before_it_is_clicked() throws Exception {
        String job = jobs.begin("fetched ahead");
        String entries = "performance.getEntriesByType('resource').filter(({name}) => name.includes('" + job
                + "/artifacts/') && !name.includes('events'))";
        try (BrowserContext context = chromium.fresh()) {
            var portal = new Portal(context, server.base());
            portal.untilShown("fetched ahead", "Running");

            jobs.artifact(job, "result.txt", "all is well".getBytes(StandardCharsets.US_ASCII));
            Chromium.until(portal.page(), entries + ".some(({responseEnd}) => responseEnd > 0)");

            assertThat(portal.page().evaluate(entries + ".length")).isEqualTo(1);
            assertThat(portal.page()
                            .evaluate("fetch(" + entries + "[0].name).then((answer) => answer.text()).then((text) => "
                                    + "[text, " + entries + ".at(-1).transferSize])"))
                    .isEqualTo(List.of("all is well", 0));
        }
        jobs.report(job, "{\"type\":\"succeeded\",\"result\":null}");
    }

    /** Another application's page, in the looks that its users may have chosen. */
    @Test
    void the_elements_fit_other_pages_in_other_languages_and_colours() throws Exception {
        Files.createDirectories(SCREENSHOTS);
        String job = jobs.begin("2026 Q3: Umsatz / 销售额 / المبيعات");
        jobs.report(job, "{\"type\":\"log\",\"level\":\"info\",\"message\":\"reading branch 17\"}");
        jobs.report(job, "{\"type\":\"log\",\"level\":\"warn\",\"message\":\"branch 18 sent nothing\"}");
        jobs.report(
                job,
                "{\"type\":\"progress\",\"done\":3145728,\"total\":8388608,\"unit\":\"bytes\",\"stage\":\"hashing\",\"message\":\"march.zip\"}");
        jobs.artifact(job, "report.csv", new byte[2_000]);
        Map<String, String> words = Map.of("de", "Läuft", "zh", "运行中", "ar", "Running");
        var looks = Map.of(
                "de", new Browser.NewContextOptions(),
                "zh", new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK),
                "ar", new Browser.NewContextOptions().setForcedColors(ForcedColors.ACTIVE));
        try (var gateway = new Gateway(Way.CLEAR, server.base())) {
            for (var word : words.entrySet()) {
                String lang = word.getKey();
                URI url = gateway.page(
                        "/reports/" + lang + ".html",
                        "<!DOCTYPE html><html lang=\"" + lang + "\"" + (lang.equals("ar") ? " dir=\"rtl\"" : "")
                                + " style=\"color-scheme: light dark; font: 16px sans-serif\"><meta charset=\"utf-8\">"
                                + "<script type=\"module\" src=\"/tidings/tidings.min.js\"></script>"
                                + "<tidings-progress job=\"" + job + "\" log></tidings-progress></html>");
                try (BrowserContext context = chromium.fresh(looks.get(lang).setViewportSize(640, 360))) {
                    Page page = context.newPage();
                    page.navigate(url.toString());
                    String root = "document.querySelector('tidings-progress').shadowRoot";
                    Chromium.until(
                            page, root + "?.querySelector('[part=state]').textContent === '" + word.getValue() + "'");
                    page.evaluate(root + ".querySelector('details:last-of-type').open = true");
                    Chromium.until(page, root + ".querySelectorAll('ol li').length > 3");
                    page.screenshot(
                            new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("element-" + lang + ".png")));
                    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                            .as("nothing sticks out in " + lang)
                            .isEqualTo(true);
                }
            }
        }
        jobs.report(job, "{\"type\":\"succeeded\",\"result\":null}");
    }

    @Test
    void the_portal_fits_a_desk_and_a_telephone() throws Exception {
        Files.createDirectories(SCREENSHOTS);
        String running = jobs.begin("Quarterly figures, all branches");
        jobs.report(
                running,
                "{\"type\":\"progress\",\"done\":3145728,\"total\":8388608,\"unit\":\"bytes\",\"stage\":\"hashing\",\"message\":\"march.zip\"}");
        jobs.report(
                jobs.begin("Rejected import"),
                "{\"type\":\"failed\",\"error\":{\"title\":\"Failed\",\"detail\":\"Line 17 has 3 columns, not 4.\"}}");
        for (var look : List.of(
                new Look(1280, 900, ColorScheme.LIGHT),
                new Look(1280, 900, ColorScheme.DARK),
                new Look(390, 844, ColorScheme.LIGHT))) {
            try (BrowserContext context = chromium.fresh(look.options())) {
                var portal = new Portal(context, server.tlsBase());
                portal.untilShown("Quarterly figures", "Running");
                portal.untilShown("Rejected import", "Failed");
                portal.untilConnection("Live");
                portal.page().screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(look + ".png")));
                assertThat(portal.page().evaluate("document.documentElement.scrollWidth <= innerWidth"))
                        .as("nothing sticks out at " + look.width)
                        .isEqualTo(true);
            }
        }
        jobs.report(running, "{\"type\":\"succeeded\",\"result\":null}");
    }

    private record Look(int width, int height, ColorScheme scheme) {

        Browser.NewContextOptions options() {
            boolean telephone = width < 600;
            return new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setColorScheme(scheme)
                    .setDeviceScaleFactor(telephone ? 2 : 1)
                    .setIsMobile(telephone)
                    .setHasTouch(telephone);
        }

        @Override
        public String toString() {
            return "portal-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        }
    }
}
