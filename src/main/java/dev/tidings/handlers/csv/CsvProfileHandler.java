package dev.tidings.handlers.csv;

import dev.tidings.handlers.StopCheck;
import dev.tidings.job.JobContext;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobInput;
import dev.tidings.job.JobType;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Says what is in a CSV file, column by column.
 *
 * <p>Result: a summary. Artifacts: {@value #JSON}, everything; {@value #HTML}, the same to look at.
 */
public final class CsvProfileHandler implements JobHandler<CsvProfileParams> {
    static final String JSON = "profile.json";
    static final String HTML = "profile.html";

    private static final int LOGGED_NOTES = 30;

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
                  "description": "The character between two fields, or 'tab'. Found out when missing: comma, semicolon, tab or bar.",
                  "type": "string",
                  "pattern": "^([tT][aA][bB]|[^\\"\\\\r\\\\n])$",
                  "examples": [";", "tab", ","]
                },
                "charset": {
                  "title": "Charset",
                  "description": "The encoding. Found out when missing. A byte order mark wins over it.",
                  "type": "string", "minLength": 1, "maxLength": 60,
                  "examples": ["UTF-8", "windows-1252", "UTF-16LE"]
                },
                "header": {
                  "title": "Header",
                  "description": "Whether the first row names the columns.",
                  "type": "boolean",
                  "default": true, "examples": [true]
                },
                "decimal": {
                  "title": "Decimal mark",
                  "description": "The mark before a fraction. Found out column by column when missing.",
                  "enum": [".", ","],
                  "examples": [","]
                },
                "thousands": {
                  "title": "Thousands mark",
                  "description": "What parts groups of digits, or 'none'. Found out column by column when missing.",
                  "enum": [",", ".", "'", " ", "none"],
                  "examples": ["'", "none"]
                },
                "dateOrder": {
                  "title": "Order of dates",
                  "description": "The order of day, month and year. Found out column by column when missing.",
                  "enum": ["dmy", "mdy", "ymd"],
                  "examples": ["dmy"]
                },
                "nulls": {
                  "title": "No value",
                  "description": "The words that mean 'no value', beside an empty field. The usual ones when missing.",
                  "type": "array",
                  "items": {"type": "string", "minLength": 1, "maxLength": 100},
                  "maxItems": 50,
                  "examples": [["NA", "-999"]]
                },
                "skipLines": {
                  "title": "Lines to skip",
                  "description": "How many lines stand above the header. Found out when missing.",
                  "type": "integer", "minimum": 0, "maximum": 1000,
                  "examples": [3]
                },
                "escape": {
                  "title": "Escape",
                  "description": "The character that takes the meaning of the next one: a backslash, or 'none'. Found out when missing.",
                  "enum": ["\\\\", "none"],
                  "examples": ["none"]
                }
              }
            }
            """;

    private static final JobType<CsvProfileParams> TYPE = new JobType<>(
            "csv-profile",
            "CSV profile",
            "Reads a CSV file and tells, column by column, what is in it: types, gaps, distinct and frequent values,"
                    + " quantiles, histograms. Notes say what was guessed.",
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
        log(profile.notes(), context);
        context.stage("writing");
        context.message(rows(profile.table().rows()));
        context.writeArtifact(JSON, "application/json", out -> ProfileJson.write(profile, out));
        context.writeArtifact(HTML, "text/html", out -> ProfilePage.write(profile, out));
        return ProfileJson.summary(profile);
    }

    private static FileProfile read(CsvProfileParams params, JobInput input, JobContext context)
            throws IOException, InterruptedException {
        try (CountingInput bytes = new CountingInput(input.open())) {
            FileReading reading = new FileReading(bytes, params);
            long dueAtBytes = 0;
            while (reading.next()) {
                if (bytes.bytes() >= dueAtBytes) {
                    StopCheck.check(context);
                    report(context, reading, bytes.bytes(), input.size());
                    dueAtBytes = bytes.bytes() + REPORT_BYTES;
                }
            }
            report(context, reading, bytes.bytes(), input.size());
            return reading.profile(input.name(), bytes.bytes());
        }
    }

    private static void report(JobContext context, FileReading reading, long bytes, long totalBytes) {
        context.message(rows(reading.rows()));
        context.progress(bytes, totalBytes, "bytes");
    }

    /** Writes the notes to the job's log, as many as a person reads. */
    private static void log(List<String> notes, JobContext context) {
        notes.stream().limit(LOGGED_NOTES).forEach(note -> context.log(LogLevel.WARN, note));
        if (notes.size() > LOGGED_NOTES) {
            context.log(LogLevel.WARN, notes.size() - LOGGED_NOTES + " more notes are in " + JSON + ".");
        }
    }

    private static String rows(long count) {
        return String.format(Locale.ROOT, count == 1 ? "%,d row" : "%,d rows", count);
    }
}
