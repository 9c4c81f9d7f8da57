package dev.tidings.handlers;

import dev.tidings.job.JobContext;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobInput;
import dev.tidings.job.JobType;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Computes checksums of the input files: each file is read once, whatever the number of algorithms, and in constant
 * memory.
 *
 * <p>Result: file → algorithm → lower-case hex; when that is longer than {@value #MAX_RESULT_BYTES} bytes, it is the
 * artifact {@value #RESULT}, and the result names it. Artifacts: a {@link SumsFile} per algorithm.
 */
public final class DigestHandler implements JobHandler<DigestParams> {
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int MAX_FILES = 1000;

    /** A longer result is an artifact. */
    static final int MAX_RESULT_BYTES = 40 * 1024;

    static final String RESULT = "result.json";

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "algorithms": {
                  "title": "Algorithms",
                  "description": "The hash functions to compute; all of them in one pass over the files.",
                  "type": "array",
                  "items": {"enum": ["%s"]},
                  "minItems": 1,
                  "uniqueItems": true,
                  "default": ["SHA-256"],
                  "examples": [["SHA-256"], ["MD5", "SHA-512"]]
                }
              }
            }
            """.formatted(HashAlgorithm.names("\", \""));

    private static final JobType<DigestParams> TYPE = new JobType<>(
            "digest",
            "Checksums",
            "Computes checksums of files and lists them as sha256sum and its relatives write and check them.",
            DigestParams.class,
            SCHEMA,
            1,
            MAX_FILES);

    @Override
    public JobType<DigestParams> type() {
        return TYPE;
    }

    @Override
    public Map<String, ?> run(DigestParams params, JobContext context) throws IOException, InterruptedException {
        Set<HashAlgorithm> algorithms = new LinkedHashSet<>();
        for (String name : params.algorithmsOrDefault()) {
            algorithms.add(HashAlgorithm.of(name));
        }
        context.stage("hashing");
        Map<String, Map<String, String>> sums = hashAll(algorithms, context);
        context.stage("writing");
        for (HashAlgorithm algorithm : algorithms) {
            context.message(algorithm.sumsFile());
            context.writeArtifact(
                    algorithm.sumsFile(), SumsFile.MEDIA_TYPE, out -> SumsFile.write(sums, algorithm.javaName(), out));
        }
        return result(sums, algorithms, context);
    }

    /** All sums, when they are short; else their artifact and how many there are. */
    private static Map<String, ?> result(
            Map<String, Map<String, String>> sums, Set<HashAlgorithm> algorithms, JobContext context)
            throws IOException {
        byte[] json = SumsFile.json(sums);
        if (json.length <= MAX_RESULT_BYTES) {
            return sums;
        }
        context.writeArtifact(RESULT, "application/json", out -> out.write(json));
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("artifact", RESULT);
        summary.put("files", sums.size());
        summary.put(
                "algorithms", algorithms.stream().map(HashAlgorithm::javaName).toList());
        return summary;
    }

    private static Map<String, Map<String, String>> hashAll(Set<HashAlgorithm> algorithms, JobContext context)
            throws IOException, InterruptedException {
        long totalBytes = context.inputs().stream().mapToLong(JobInput::size).sum();
        long doneBytes = 0;
        byte[] block = new byte[BLOCK_BYTES];
        Map<String, Map<String, String>> sums = new LinkedHashMap<>();
        for (JobInput input : context.inputs()) {
            context.message(input.name());
            Map<HashAlgorithm, MessageDigest> digests = new LinkedHashMap<>();
            algorithms.forEach(algorithm -> digests.put(algorithm, algorithm.start()));
            try (InputStream in = input.open()) {
                for (int n = in.read(block); n >= 0; n = in.read(block)) {
                    StopCheck.check(context);
                    for (MessageDigest digest : digests.values()) {
                        digest.update(block, 0, n);
                    }
                    doneBytes += n;
                    context.progress(doneBytes, totalBytes, "bytes");
                }
            }
            Map<String, String> ofFile = new LinkedHashMap<>();
            digests.forEach((algorithm, digest) -> ofFile.put(algorithm.javaName(), SumsFile.hex(digest.digest())));
            sums.put(input.name(), ofFile);
        }
        context.progress(doneBytes, totalBytes, "bytes");
        return sums;
    }
}
