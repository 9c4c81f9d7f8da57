package dev.tidings.it.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The portal page in one tab, and a watch of one job in it. Used by the thread of its {@link Chromium}. */
final class Portal {
    private static final String WATCH = """
            async ([job, cursor]) => {
              const {watch} = await import(new URL('tidings.js', document.baseURI).href);
              const seen = window.seen = {events: [], rungs: [], over: false, problem: ''};
              const reading = watch(job, {cursor});
              reading.addEventListener('connection', ({detail}) => seen.rungs.at(-1) !== detail.rung && seen.rungs.push(detail.rung));
              (async () => {
                try {
                  for await (const event of reading) seen.events.push(JSON.stringify(event));
                  seen.over = true;
                } catch (error) {
                  seen.problem = String(error);
                }
              })();
            }""";

    private static final String WATCH_MINE = """
            async () => {
              const {watchMine} = await import(new URL('tidings.js', document.baseURI).href);
              const changes = window.changes = {};
              (async () => {
                for await (const {id, job} of watchMine()) (changes[id] ??= []).at(-1) !== job?.state && changes[id].push(job?.state);
              })();
            }""";

    private final Page page;

    Portal(BrowserContext context, URI base) {
        page = context.newPage();
        page.navigate(base.toString());
    }

    Page page() {
        return page;
    }

    /** Watches a job by {@code tidings.js}, from a cursor on. */
    void watch(String job, int cursor) {
        page.evaluate(WATCH, List.of(job, cursor));
    }

    /** Watches all jobs by {@code tidings.js}: whatever the tabs know of each other. */
    void watchMine() {
        page.evaluate(WATCH_MINE);
    }

    /** The states of a job, one after the other, as {@link #watchMine} told them. */
    @SuppressWarnings("unchecked")
    List<String> changes(String job) {
        return (List<String>) page.evaluate("changes[" + quoted(job) + "] ?? []");
    }

    /** Kills the tab's process, as running out of memory does. Returns when the browser has noticed it. */
    void crash() {
        var crashed = new AtomicBoolean();
        page.onCrash(gone -> crashed.set(true));
        try {
            page.navigate("chrome://crash");
        } catch (PlaywrightException gone) {
            // Nobody is left to answer.
        }
        page.context().waitForCondition(crashed::get);
    }

    /** Waits until the job was read by that transport. */
    void untilRung(String rung) {
        Chromium.until(page, "seen.problem || seen.rungs.includes('" + rung + "')");
    }

    void untilOver() {
        Chromium.until(page, "seen.problem || seen.over");
    }

    /** The events that were seen, letter by letter as JSON. */
    @SuppressWarnings("unchecked")
    List<String> seen() {
        return (List<String>) page.evaluate("seen.problem ? [seen.problem] : seen.events");
    }

    @SuppressWarnings("unchecked")
    List<String> rungs() {
        return (List<String>) page.evaluate("seen.rungs");
    }

    /** Waits until the page shows that title with that state. */
    void untilShown(String title, String state) {
        Chromium.until(
                page,
                "[...document.querySelector('tidings-jobs')?.shadowRoot?.querySelectorAll('tidings-progress') ?? []].some(({shadowRoot}) =>"
                        + " shadowRoot?.querySelector('[part=title]').textContent.includes(" + quoted(title) + ")"
                        + " && shadowRoot.querySelector('[part=state]').textContent === " + quoted(state) + ")");
    }

    /** Waits until the page tells of its connection by these words. */
    void untilConnection(String words) {
        Chromium.until(page, "document.getElementById('connection')?.textContent === " + quoted(words));
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
