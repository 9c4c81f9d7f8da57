package dev.tidings.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import dev.tidings.it.browser.Gateway.Way;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/guide/embed.md followed literally, and what the elements and the portal look like, in a real Chromium. */
class EmbedIT extends InChromium {
    private static final Path SCREENSHOTS = Path.of(System.getProperty("tidings.build", "target"), "screenshots");

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

    @Test
    void the_other_lines_of_the_guide_submit_a_file_and_show_its_job() throws Exception {
        Path file = Files.writeString(folder.resolve("april.csv"), "a;b\n".repeat(1_000));
        try (var gateway = new Gateway(Way.CLEAR, server.base());
                BrowserContext context = chromium.fresh()) {
            Page page = context.newPage();
            page.navigate(gateway.page(
                            "/reports/upload.html",
                            Guide.example(0)
                                    .replace(
                                            "<tidings-jobs log></tidings-jobs>",
                                            "<input type=file>" + Guide.example(1)))
                    .toString());
            String root = "document.querySelector('tidings-progress').shadowRoot";
            Chromium.until(page, root + "?.querySelector('[part=state]').textContent.startsWith('This job does not')");

            page.setInputFiles("input", file);
            page.addScriptTag(new Page.AddScriptTagOptions()
                    .setType("module")
                    .setContent(Guide.example(2).replaceAll("</?script[^>]*>", "")));

            Chromium.until(page, root + ".querySelector('[part=state]').textContent === 'Done'");
            Chromium.until(page, root + ".querySelector('[part=artifact]')?.href.includes('SHA256SUMS')");
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
