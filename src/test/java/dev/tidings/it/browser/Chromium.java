package dev.tidings.it.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.tidings.testing.InstalledPrograms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The Chromium of the machine. Used by one thread. */
final class Chromium implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");
    /** What a slow machine may take for anything. */
    static final int PATIENCE_MS = 60_000;

    private final Playwright playwright;
    private final Browser browser;

    /** Starts it; the test is skipped where there is none. */
    Chromium() {
        Path program = InstalledPrograms.need("chromium", "chromium-browser", "google-chrome");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        .setArgs(FLAGS));
    }

    /** A browser that has never been anywhere: storage, locks and channels of its own. */
    BrowserContext fresh() {
        return fresh(new Browser.NewContextOptions());
    }

    BrowserContext fresh(Browser.NewContextOptions options) {
        BrowserContext context =
                browser.newContext(options.setIgnoreHTTPSErrors(true).setLocale("en-GB"));
        context.setDefaultTimeout(PATIENCE_MS);
        context.setDefaultNavigationTimeout(PATIENCE_MS);
        return context;
    }

    /** Waits until an expression is true in a page. Asks from outside: what Playwright would put into the page, the page's policy forbids. */
    static void until(Page page, String expression) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!Boolean.TRUE.equals(page.evaluate("!!(" + expression + ")"))) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never true at " + page.url() + ": " + expression);
            }
            page.waitForTimeout(100);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
