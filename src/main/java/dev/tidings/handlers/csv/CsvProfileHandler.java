package dev.tidings.handlers.csv;

import dev.tidings.handlers.Cancellation;
import dev.tidings.job.JobContext;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobInput;
import dev.tidings.job.JobType;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Locale;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Says what is in a CSV file, column by column.
 *
 * <p>Result: a summary. Artifacts: {@value #JSON}, everything; {@value #HTML}, the same to look at.
 */
public final class CsvProfileHandler implements JobHandler<CsvProfileParams> {
    static final String JSON = "profile.json";
    static final String HTML = "profile.html";

    /** So many bytes lie between two reports, and between two looks at the cancellation. */
    private static final long REPORT_BYTES = 256 * 1024;

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "delimiter": {
                  "title": "Delimiter",
                  "description": "The character between two fields, or 'tab'. Found out when missing: one of comma, semicolon, tab, bar.",
                  "type": "string",
                  "pattern": "^([tT][aA][bB]|[^\\"\\\\r\\\\n])$",
                  "examples": [";", "tab", ","]
                },
                "charset": {
                  "title": "Charset",
                  "description": "The encoding. Found out when missing: by the byte order mark, else UTF-8, else windows-1252.",
                  "type": "string", "minLength": 1, "maxLength": 60,
                  "examples": ["UTF-8", "windows-1252", "UTF-16LE"]
                },
                "header": {
                  "title": "Header",
                  "description": "Whether the first row names the columns.",
                  "type": "boolean",
                  "default": true, "examples": [true]
                }
              }
            }
            """;

    private static final JobType<CsvProfileParams> TYPE = new JobType<>(
            "csv-profile",
            "CSV profile",
            "Reads a CSV file and tells, column by column, what is in it: types, gaps, distinct and frequent values,"
                    + " quantiles, histograms.",
            CsvProfileParams.class,
            SCHEMA,
            1,
            1);

    @Override
    public JobType<CsvProfileParams> type() {
        return TYPE;
    }

    @Override
    public Json run(CsvProfileParams params, JobContext context) throws IOException, InterruptedException {
        context.stage("reading");
        FileProfile profile = read(params, context.inputs().get(0), context);
        profile.table().notes().forEach(note -> context.log(LogLevel.WARN, note));
        context.stage("writing");
        context.message(rows(profile.table().rows()));
        context.writeArtifact(JSON, "application/json", out -> ProfileJson.write(profile, out));
        context.writeArtifact(HTML, "text/html", out -> ProfileHtml.write(profile, out));
        return ProfileJson.summary(profile);
    }

    private static FileProfile read(CsvProfileParams params, JobInput input, JobContext context)
            throws IOException, InterruptedException {
        try (CountingInput bytes = new CountingInput(input.open())) {
            TextSource text = TextSource.of(bytes, params.charset());
            Dialect dialect = Dialect.of(text.reader(), params.delimiter());
            Table table = new Table(dialect, params.headerOrDefault());
            RowGuard guard = new RowGuard(text.reader());
            Watch watch = new Watch(context, input.size(), bytes, table);
            try (CSVParser parser = CSVParser.builder()
                    .setReader(guard)
                    .setFormat(dialect.format())
                    .get()) {
                readRows(parser, guard, table, watch);
            }
            watch.report();
            return new FileProfile(
                    input.name(),
                    bytes.bytes(),
                    text.charset(),
                    text.bom(),
                    text.patchedBytes(),
                    dialect,
                    table.profile());
        }
    }

    private static void readRows(CSVParser parser, RowGuard guard, Table table, Watch watch)
            throws IOException, InterruptedException {
        Iterator<CSVRecord> rows = parser.iterator();
        long line = 0;
        try {
            while (rows.hasNext()) {
                CSVRecord row = rows.next();
                guard.nextRow();
                table.add(row, parser.getCurrentLineNumber() - line);
                line = parser.getCurrentLineNumber();
                watch.reportWhenDue();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String rows(long count) {
        return String.format(Locale.ROOT, count == 1 ? "%,d row" : "%,d rows", count);
    }

    /** Looks at how far the reading has come. */
    private static final class Watch {
        private final JobContext context;
        private final long totalBytes;
        private final CountingInput bytes;
        private final Table table;
        private long dueAtBytes;

        Watch(JobContext context, long totalBytes, CountingInput bytes, Table table) {
            this.context = context;
            this.totalBytes = totalBytes;
            this.bytes = bytes;
            this.table = table;
        }

        void reportWhenDue() throws InterruptedException {
            if (bytes.bytes() >= dueAtBytes) {
                Cancellation.check(context);
                report();
                dueAtBytes = bytes.bytes() + REPORT_BYTES;
            }
        }

        void report() {
            context.message(rows(table.rows()));
            context.progress(bytes.bytes(), totalBytes, "bytes");
        }
    }
}
