package dev.tidings.handlers.csv;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A profile as a page to look at: one file with everything in it, no script, nothing fetched, light and dark.
 *
 * <p>Every text of the file goes through {@link SafeText#html}. The page works under {@code Content-Security-Policy:
 * sandbox; default-src 'none'; style-src 'unsafe-inline'}, and carries the like itself for when it is opened from disk.
 */
final class ProfilePage {
    private static final int SHOWN_NOTES = 20;

    private ProfilePage() {}

    /** Writes the page to {@code out}, which stays open. */
    static void write(FileProfile profile, OutputStream out) throws IOException {
        Writer html = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        html.write("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <title>%s – profile</title>
                <style>
                %s</style>
                </head>
                <body>
                """.formatted(SafeText.html(SafeText.shown(profile.name(), 200)), style()));
        html.write(head(profile));
        List<ColumnProfile> columns = profile.table().columns();
        if (!columns.isEmpty()) {
            html.write("""
                    <section class="overview" aria-label="All columns">
                    <table>
                    <thead><tr><th class="n">#</th><th>Column</th><th>Type</th><th>Shape</th><th>Filled</th><th class="n">Distinct</th>\
                    <th class="n">Least</th><th class="n">Median</th><th class="n">Greatest</th></tr></thead>
                    <tbody>
                    """);
            for (ColumnProfile column : columns) {
                html.write(ColumnCard.row(column));
            }
            html.write("</tbody>\n</table>\n</section>\n<main>\n");
            for (ColumnProfile column : columns) {
                html.write(ColumnCard.card(column));
            }
            html.write("</main>\n");
        }
        html.write("""
                <footer>
                <p>≈ marks an estimate: distinct values within about 3 % in tables of up to 64 columns (9 % in the widest), \
                quantiles and bars within about 1 % of the rows. Point at a bar for its figures. \
                Below the bars, the box spans the middle half of the values, the thin line the middle 90 %, \
                the mark is the median.</p>
                <p>Made by Tidings, job type csv-profile.</p>
                </footer>
                </body>
                </html>
                """);
        html.flush();
    }

    private static String head(FileProfile profile) {
        TableProfile table = profile.table();
        long cells = 0;
        long filled = 0;
        for (ColumnProfile column : table.columns()) {
            cells += column.values() + column.nulls();
            filled += column.values();
        }
        StringBuilder html = new StringBuilder("<header>\n<p class=\"kicker\">CSV profile</p>\n");
        html.append("<h1>")
                .append(SafeText.html(SafeText.shown(profile.name(), 200)))
                .append("</h1>\n");
        html.append("<p class=\"facts\">")
                .append(DisplayFormat.bytes(profile.size()))
                .append(" · ")
                .append(SafeText.html(profile.charset()))
                .append(profile.charsetGuessed() ? " (a guess)" : "")
                .append(profile.marked() ? " with byte order mark" : "")
                .append(" · delimiter: ")
                .append(SafeText.html(profile.format().shown()))
                .append(table.header() ? " · with header" : " · no header")
                .append("</p>\n");
        notes(html, profile.notes());
        html.append("<dl class=\"tiles\">\n");
        tile(html, "Rows", DisplayFormat.count(table.rows()), "");
        tile(html, "Columns", DisplayFormat.count(table.columns().size()), "");
        tile(html, "Cells filled", DisplayFormat.percent(filled, cells), "");
        tile(
                html,
                "Ragged rows",
                DisplayFormat.count(table.ragged().rows()),
                table.ragged().rows() > 0 ? " warn" : "");
        html.append("</dl>\n");
        return html.append("</header>\n").toString();
    }

    private static void tile(StringBuilder html, String label, String figure, String style) {
        html.append("<div class=\"tile")
                .append(style)
                .append("\"><dt>")
                .append(label)
                .append("</dt><dd>");
        html.append(SafeText.html(figure)).append("</dd></div>\n");
    }

    /** What was guessed, left out or is odd; of very many notes the first. */
    private static void notes(StringBuilder html, List<String> notes) {
        if (notes.isEmpty()) {
            return;
        }
        html.append("<section class=\"notes\" aria-label=\"Notes\">\n");
        notes.stream()
                .limit(SHOWN_NOTES)
                .forEach(text -> html.append("<p class=\"note\">")
                        .append(SafeText.html(text))
                        .append("</p>\n"));
        if (notes.size() > SHOWN_NOTES) {
            html.append("<p class=\"note\">")
                    .append(DisplayFormat.count(notes.size() - SHOWN_NOTES))
                    .append(" more notes are with their columns below.</p>\n");
        }
        html.append("</section>\n");
    }

    private static String style() throws IOException {
        try (InputStream css = ProfilePage.class.getResourceAsStream("profile.css")) {
            if (css == null) {
                throw new IOException("profile.css is missing beside " + ProfilePage.class.getName());
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
