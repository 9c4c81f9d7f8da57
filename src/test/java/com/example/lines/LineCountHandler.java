package com.example.lines;

import dev.tidings.job.JobContext;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobInput;
import dev.tidings.job.JobType;
import dev.tidings.job.PermanentFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the lines of text files. */
public final class LineCountHandler implements JobHandler<LineCountHandler.Params> {

    /** The job's parameters: a public record with boxed components; what the client leaves out is null. */
    public record Params(Boolean skipBlank) {}

    private static final String SCHEMA = """
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "skipBlank": {
                  "title": "Skip blank lines",
                  "description": "Whether lines without any text are left out.",
                  "type": "boolean", "default": false, "examples": [true]
                }
              }
            }
            """;

    @Override
    public JobType<Params> type() {
        return new JobType<>(
                "line-count", "Line count", "Counts the lines of text files.", Params.class, SCHEMA, 1, 100);
    }

    @Override
    public Map<String, Long> run(Params params, JobContext context) throws IOException, InterruptedException {
        Map<String, Long> lines = new LinkedHashMap<>();
        context.stage("counting");
        for (JobInput input : context.inputs()) {
            context.message(input.name());
            lines.put(input.name(), count(input, Boolean.TRUE.equals(params.skipBlank()), context));
            context.progress(lines.size(), context.inputs().size(), "files");
        }
        context.writeArtifact("lines.csv", "text/csv", out -> {
            var csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            csv.write("file,lines\r\n");
            for (var entry : lines.entrySet()) {
                csv.write('"' + entry.getKey().replace("\"", "\"\"") + "\"," + entry.getValue() + "\r\n");
            }
            csv.flush();
        });
        return lines;
    }

    private static long count(JobInput input, boolean skipBlank, JobContext context)
            throws IOException, InterruptedException {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        long count = 0;
        try (var reader = new BufferedReader(new InputStreamReader(input.open(), decoder))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (context.cancelled()) {
                    throw new InterruptedException();
                }
                count += skipBlank && line.isBlank() ? 0 : 1;
            }
        } catch (MalformedInputException e) {
            throw new PermanentFailure(input.name() + " is not text in UTF-8", e);
        }
        return count;
    }
}
