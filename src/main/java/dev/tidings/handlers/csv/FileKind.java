package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Recognises files that are not CSV whatever their name says, by their first bytes. */
final class FileKind {
    private static final double BINARY_SHARE = 0.03;

    private static final List<Magic> MAGICS = List.of(
            new Magic("PK\u0003\u0004", "a ZIP archive", "unpack it and send the file in it"),
            new Magic("PK\u0005\u0006", "an empty ZIP archive", "unpack it and send the file in it"),
            new Magic("\u001F\u008B", "a gzip file", "unpack it (gunzip) and send what comes out"),
            new Magic("BZh", "a bzip2 file", "unpack it (bunzip2) and send what comes out"),
            new Magic("\u00FD7zXZ\0", "an xz file", "unpack it (unxz) and send what comes out"),
            new Magic("(\u00B5/\u00FD", "a Zstandard file", "unpack it (unzstd) and send what comes out"),
            new Magic("7z\u00BC\u00AF'\u001C", "a 7-Zip archive", "unpack it and send the file in it"),
            new Magic("Rar!\u001A\u0007", "a RAR archive", "unpack it and send the file in it"),
            new Magic(
                    "\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1",
                    "an old Excel workbook (.xls) or another Office document",
                    "open it and save the sheet as CSV UTF-8"),
            new Magic("%PDF-", "a PDF document", "export the table behind it as CSV"),
            new Magic("{\\rtf", "an RTF document", "export the table in it as CSV"),
            new Magic("SQLite format 3\0", "an SQLite database", "export a table as CSV"),
            new Magic("PAR1", "a Parquet file", "export it as CSV"),
            new Magic("ARROW1", "an Arrow file", "export it as CSV"),
            new Magic("Obj\u0001", "an Avro file", "export it as CSV"),
            new Magic("\u0089PNG", "a PNG image", "send the table as CSV"),
            new Magic("\u00FF\u00D8\u00FF", "a JPEG image", "send the table as CSV"),
            new Magic("GIF8", "a GIF image", "send the table as CSV"),
            new Magic("\u007FELF", "a program", "send the table as CSV"));

    private static final List<String> HTML = List.of("<!doctype html", "<html", "<head", "<body", "<table", "<script");

    private FileKind() {}

    /**
     * Refuses a file that has a well-known beginning.
     *
     * @throws PermanentFailure saying what it looks like and what to do
     */
    static void refuseKnown(byte[] head) {
        String latin1 = new String(head, StandardCharsets.ISO_8859_1);
        if (latin1.startsWith("PK\u0003\u0004")) {
            refuseZip(latin1);
        }
        for (Magic magic : MAGICS) {
            if (latin1.startsWith(magic.bytes)) {
                throw refusal(magic.what, magic.remedy);
            }
        }
    }

    private static void refuseZip(String head) {
        if (head.contains("[Content_Types].xml") || head.contains("xl/")) {
            throw refusal("an Excel workbook (.xlsx)", "open it and save the sheet as CSV UTF-8");
        }
        if (head.contains("opendocument")) {
            throw refusal("an OpenDocument file (.ods)", "open it and save the sheet as CSV");
        }
    }

    /**
     * Refuses markup.
     *
     * @param text the beginning of the file
     * @throws PermanentFailure saying what it looks like and what to do
     */
    static void refuseMarkup(String text) {
        String start = text.substring(0, Math.min(text.length(), 500)).stripLeading();
        String lower = start.toLowerCase(Locale.ROOT);
        String behindXml = lower.startsWith("<?xml")
                ? lower.substring(lower.indexOf('>') + 1).stripLeading()
                : lower;
        if (HTML.stream().anyMatch(behindXml::startsWith)) {
            throw refusal(
                    "a web page (HTML)",
                    "perhaps the download was a sign-in or an error page: open it in a browser, and save the CSV itself");
        }
        if (lower.startsWith("<?xml") || lower.startsWith("<workbook")) {
            throw refusal("XML", "export the table in it as CSV");
        }
    }

    /**
     * Refuses what has control characters all over.
     *
     * @param text the beginning of the file
     * @throws PermanentFailure saying so
     */
    static void refuseBinary(CharSequence text) {
        int controls = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            controls += c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\u001A' ? 1 : 0;
        }
        if (controls > 1 && controls > BINARY_SHARE * text.length()) {
            throw refusal("a binary file", "export the table in it as CSV");
        }
    }

    private static PermanentFailure refusal(String what, String remedy) {
        return new PermanentFailure("the file looks like " + what + ", not like CSV; " + remedy);
    }

    private record Magic(String bytes, String what, String remedy) {}
}
