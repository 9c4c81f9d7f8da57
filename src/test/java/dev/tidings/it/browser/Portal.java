package dev.tidings.it.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.net.URI;
import java.util.List;

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
