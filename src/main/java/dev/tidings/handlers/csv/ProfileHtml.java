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
 * <p>Every text of the file goes through {@link Text#html}. The page works under {@code Content-Security-Policy:
 * sandbox; default-src 'none'; style-src 'unsafe-inline'}, and carries the like itself for when it is opened from disk.
 */
final class ProfileHtml {
    private ProfileHtml() {}

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
                """.formatted(Text.html(Text.shown(profile.name(), 200)), style()));
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
                html.write(ColumnHtml.row(column));
            }
            html.write("</tbody>\n</table>\n</section>\n<main>\n");
            for (ColumnProfile column : columns) {
                html.write(ColumnHtml.card(column));
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
        html.append("<h1>").append(Text.html(Text.shown(profile.name(), 200))).append("</h1>\n");
        html.append("<p class=\"facts\">")
                .append(Figures.bytes(profile.size()))
                .append(" · ")
                .append(Text.html(profile.charset()))
                .append(profile.bom() ? " with byte order mark" : "")
                .append(" · delimiter: ")
                .append(Text.html(profile.dialect().shown()))
                .append(table.header() ? " · with header" : " · no header")
                .append("</p>\n<dl class=\"tiles\">\n");
        tile(html, "Rows", Figures.count(table.rows()), "");
        tile(html, "Columns", Figures.count(table.columns().size()), "");
        tile(html, "Cells filled", Figures.percent(filled, cells), "");
        tile(
                html,
                "Ragged rows",
                Figures.count(table.ragged().rows()),
                table.ragged().rows() > 0 ? " warn" : "");
        html.append("</dl>\n");
        if (profile.patchedBytes() > 0 && !table.columns().isEmpty() && "UTF-8".equals(profile.charset())) {
            note(html, Figures.count(profile.patchedBytes()) + " bytes are not UTF-8 and were read as windows-1252.");
        }
        table.notes().forEach(text -> note(html, text));
        return html.append("</header>\n").toString();
    }

    private static void tile(StringBuilder html, String label, String figure, String style) {
        html.append("<div class=\"tile")
                .append(style)
                .append("\"><dt>")
                .append(label)
                .append("</dt><dd>");
        html.append(Text.html(figure)).append("</dd></div>\n");
    }

    private static void note(StringBuilder html, String text) {
        html.append("<p class=\"note\">").append(Text.html(text)).append("</p>\n");
    }

    private static String style() throws IOException {
        try (InputStream css = ProfileHtml.class.getResourceAsStream("profile.css")) {
            if (css == null) {
                throw new IOException("profile.css is missing beside " + ProfileHtml.class.getName());
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
