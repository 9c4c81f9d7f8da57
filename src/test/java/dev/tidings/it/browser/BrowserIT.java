package dev.tidings.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitUntilState;
import dev.tidings.it.browser.Gateway.Way;
import dev.tidings.testing.Report;
import jakarta.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The browser's side in a real Chromium against the real server, by HTTP/1.1 and HTTP/2, through gateways that misbehave. */
class BrowserIT extends InChromium {
    /** The cursor of who knows that a job was started. Nothing follows for now, so that a path which holds back is mute. */
    private static final int CAUGHT_UP = 2;

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
                Report.line(portal.page().url() + " " + portal.rungs() + ", " + seen.size() + " events");
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
            untilOneStream(gateway, tabs.get(0));
            // Each asked once who is signed in.
            assertThat(gateway.streams()).isEqualTo(12);

            tabs.remove(0).page().close();
            tabs.remove(0).page().close();
            jobs.report(job, "{\"type\":\"succeeded\",\"result\":null}");
            tabs.forEach(tab -> tab.untilShown("seen by twelve", "Done"));

            String later = jobs.begin("submitted later");
            jobs.report(later, "{\"type\":\"succeeded\",\"result\":null}");
            tabs.forEach(tab -> tab.untilShown("submitted later", "Done"));
            untilOneStream(gateway, tabs.get(0));
            assertThat(gateway.streams()).isLessThanOrEqualTo(14);
        }
    }

    private static void untilOneStream(Gateway gateway, Portal tab) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Chromium.PATIENCE_MS);
        while (gateway.openStreams() != 1) {
            assertThat(System.nanoTime())
                    .as("streams: %s", gateway.openStreams())
                    .isLessThan(deadline);
            tab.page().waitForTimeout(50);
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
            untilOneStream(gateway, leader);
            assertThat(gateway.streams()).isEqualTo(3);

            leader.crash();
            long killed = System.nanoTime();
            jobs.report(ends, "{\"type\":\"succeeded\",\"result\":null}");
            String begins = jobs.begin("begins while nobody leads");
            for (Portal other : others) {
                other.untilShown("ends while nobody leads", "Done");
                other.untilShown("begins while nobody leads", "Running");
            }
            Report.line("after the leader's crash the others knew all within "
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
            untilOneStream(gateway, others.get(0));
            assertThat(gateway.streams()).isEqualTo(4);
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
}
