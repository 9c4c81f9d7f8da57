package dev.tidings.http.jobs;

import dev.tidings.http.BlockingBody;
import dev.tidings.http.Exchange;
import dev.tidings.http.FileNames;
import dev.tidings.http.MediaType;
import dev.tidings.http.Problems;
import dev.tidings.http.Uploads;
import dev.tidings.http.Wait;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobStore;
import dev.tidings.log.StoreException;
import dev.tidings.log.SubmitResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a submission with files: parts in any order, each file to the store as it arrives.
 *
 * <p>A request whose key was seen before is read and hashed only, to be compared.
 */
final class Upload {
    /** The most files of one request. */
    private static final int MAX_FILES = 1000;

    /** The most other parts: the job, text fields of a form, file fields that were left empty. */
    private static final int MAX_OTHERS = 100;

    private final JobStore store;
    private final ArtifactStore artifacts;
    private final Submissions intake;
    private final Uploads uploads;
    private final JobLimits limits;

    /**
     * Makes it.
     *
     * @param uploads has a thread for each upload at once, and refuses more
     */
    Upload(JobStore store, ArtifactStore artifacts, Submissions intake, Uploads uploads, JobLimits limits) {
        this.store = store;
        this.artifacts = artifacts;
        this.intake = intake;
        this.uploads = uploads;
        this.limits = limits;
    }

    void take(Exchange exchange, MediaType type, @Nullable String key, @Nullable Wait wait) {
        BlockingBody.read(
                exchange,
                uploads,
                limits.maxUploadBytes(),
                body -> read(exchange, Multipart.open(type, body), key, wait));
    }

    private void read(Exchange exchange, Multipart multipart, @Nullable String key, @Nullable Wait wait)
            throws IOException {
        String owner = exchange.caller().name();
        boolean seen = key != null
                && store.repeated(new IdempotencyKey(owner, key, "")).isPresent();
        var staging = new Staging(artifacts, !seen);
        boolean kept = false;
        try {
            var parts = new Parts(staging);
            parts.read(multipart);
            byte[] json = parts.json();
            IdempotencyKey named =
                    key == null ? null : new IdempotencyKey(owner, key, Fingerprint.of(json, parts.files));
            if (named != null && seen) {
                Optional<SubmitResult> became = store.repeated(named);
                intake.answer(exchange, became.orElseThrow(() -> Problems.busy("Send the request again.")), wait);
                return;
            }
            var submission = intake.check(exchange.caller(), json, parts.files, named);
            try {
                kept = intake.submit(exchange, submission, wait);
            } catch (StoreException unsure) {
                kept = true; // perhaps it is stored; if not, the blobs are swept
                throw unsure;
            }
        } finally {
            if (!kept) {
                staging.discard();
            }
        }
    }

    /** The parts of one request as they come. */
    private final class Parts {
        private final Staging staging;
        private final List<InputFile> files = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private byte @Nullable [] json;

        Parts(Staging staging) {
            this.staging = staging;
        }

        void read(Multipart multipart) throws IOException {
            int others = 0;
            for (Multipart.Part part = multipart.next(); part != null; part = multipart.next()) {
                if (part.name().equals("job")) {
                    job(part);
                    others++;
                } else if (!file(part)) {
                    others++;
                }
                if (files.size() > MAX_FILES || others > MAX_OTHERS) {
                    throw Problems.invalid(
                            "files",
                            "A request has at most " + MAX_FILES + " files and " + MAX_OTHERS + " other parts.");
                }
            }
            files.sort(Comparator.comparing(InputFile::name));
        }

        private void job(Multipart.Part part) throws IOException {
            if (json != null) {
                throw Problems.invalid("job", "Send the part 'job' only once.");
            }
            if (part.mediaType() != null) {
                var type = MediaType.parse(part.mediaType());
                boolean readable = Set.of("application/json", "text/plain", "application/octet-stream")
                        .contains(type.name());
                if (!readable || !type.utf8()) {
                    throw Problems.unsupportedMediaType("Send the part 'job' as application/json in UTF-8.");
                }
            }
            int most = (int) Math.min(Integer.MAX_VALUE - 8, limits.maxBodyBytes());
            byte[] bytes = part.body().readNBytes(most);
            if (part.body().read() >= 0) {
                throw Problems.tooLarge("The part 'job'", limits.maxBodyBytes());
            }
            json = bytes;
        }

        /** Stages a file; false for a text field and a file field that was left empty, which are passed over. */
        private boolean file(Multipart.Part part) throws IOException {
            String given = part.file();
            if (given == null || (given.isEmpty() && part.body().read() < 0)) {
                return false;
            }
            String name = FileNames.checked(part.name(), given);
            if (!names.add(name)) {
                throw Problems.invalid(
                        part.name(), "Two files have the name '" + name + "'. Give each file its own name.");
            }
            Staging.Blob blob = staging.stage(part.body());
            files.add(new InputFile(name, MediaType.ofFile(part.mediaType()), blob.size(), blob.sha256(), blob.id()));
            return true;
        }

        byte[] json() {
            byte[] read = json;
            if (read == null) {
                throw Problems.invalid("job", "The part 'job' is missing. Send JSON such as {\"type\": \"digest\"}.");
            }
            return read;
        }
    }
}
