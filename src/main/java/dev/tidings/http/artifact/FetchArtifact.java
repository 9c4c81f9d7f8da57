package dev.tidings.http.artifact;

import dev.tidings.http.Answer;
import dev.tidings.http.ETags;
import dev.tidings.http.Exchange;
import dev.tidings.http.MediaType;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.jobs.JobAccess;
import dev.tidings.job.Artifact;
import dev.tidings.log.ArtifactStore;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/jobs/{id}/artifacts/{name}}. */
public final class FetchArtifact implements Resource {
    /** A report that is shown has its own looks, and nothing else: no script, no request, no origin, no frame around it. */
    private static final String REPORT_POLICY =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

    private static final String IMMUTABLE = "private, max-age=31536000, immutable";

    /** What a page loads to run or apply it. An artifact is data, also for pages of our own origin. */
    private static final Set<String> RUN = Set.of(
            "audioworklet",
            "embed",
            "manifest",
            "object",
            "paintworklet",
            "script",
            "serviceworker",
            "sharedworker",
            "style",
            "worker",
            "xslt");

    private final JobAccess access;
    private final ArtifactStore artifacts;
    private final Executor storeThreads;
    private final Executor writers;
    private final Function<String, Runnable> fetching;

    /**
     * Makes it.
     *
     * @param storeThreads read chunks
     * @param writers write them; a container may let them wait for a client
     * @param fetching hears which job's file is being fetched; the answer is run at the end
     */
    public FetchArtifact(
            JobAccess access,
            ArtifactStore artifacts,
            Executor storeThreads,
            Executor writers,
            Function<String, Runnable> fetching) {
        this.access = access;
        this.artifacts = artifacts;
        this.storeThreads = storeThreads;
        this.writers = writers;
        this.fetching = fetching;
    }

    @Override
    public void handle(Exchange exchange) {
        String use = exchange.header("Sec-Fetch-Dest");
        if (use != null && RUN.contains(use.strip().toLowerCase(Locale.ROOT))) {
            throw Problems.forbidden("An artifact is not loaded as a " + use.strip() + " of a page. Fetch it as data.");
        }
        exchange.store(() -> fetch(exchange, find(exchange)));
    }

    private Artifact find(Exchange exchange) {
        String name = exchange.path("name");
        String version = exchange.query().first("v");
        for (Artifact artifact : access.seen(exchange).artifacts()) {
            if (artifact.name().equals(name)
                    && (version == null || artifact.version().equals(version))) {
                return artifact;
            }
        }
        throw Problems.notFound("This artifact does not exist, or a newer one has replaced it.");
    }

    private void fetch(Exchange exchange, Artifact artifact) {
        List<String> match = exchange.headers("If-Match");
        if (!match.isEmpty() && !ETags.matchesStrongly(match, artifact.etag())) {
            throw Problems.preconditionFailed();
        }
        if (ETags.matchesWeakly(exchange.headers("If-None-Match"), artifact.etag())) {
            exchange.answer(validators(Answer.empty(304), exchange, artifact));
            return;
        }
        ByteRange range = range(exchange, artifact);
        if (range != null && !range.satisfiable()) {
            throw Problems.problem(
                            416,
                            "range-not-satisfiable",
                            "The range is not satisfiable",
                            "The artifact has " + artifact.size() + " bytes.")
                    .header("Content-Range", "bytes */" + artifact.size());
        }
        Answer head = head(exchange, artifact, range == null ? 200 : 206);
        if (range != null) {
            head = head.with("Content-Range", "bytes " + range.from() + "-" + (range.to() - 1) + "/" + artifact.size());
        }
        long from = range == null ? 0 : range.from();
        long to = range == null ? artifact.size() : range.to();
        if (to == from) {
            exchange.answer(head);
            return;
        }
        exchange.onEnd(fetching.apply(exchange.path("id")));
        exchange.stream(
                head,
                to - from,
                out -> new Download(exchange, out, artifacts, storeThreads, writers, artifact.version(), from, to));
    }

    /** The asked part; a range of another version than {@code If-Range} names is not asked for. */
    private static @Nullable ByteRange range(Exchange exchange, Artifact artifact) {
        String condition = exchange.header("If-Range");
        boolean holds = condition == null || condition.strip().equals(artifact.etag());
        return holds && exchange.method().equals("GET")
                ? ByteRange.of(exchange.headers("Range"), artifact.size())
                : null;
    }

    private static Answer head(Exchange exchange, Artifact artifact, int status) {
        String type = MediaType.ofFile(artifact.mediaType());
        boolean shown = "true".equals(exchange.query().first("view")) && type.startsWith("text/html");
        return validators(Answer.empty(status), exchange, artifact)
                .with("Content-Type", type)
                .with("Content-Disposition", shown ? "inline" : Disposition.attachment(artifact.name()))
                .with("Content-Security-Policy", shown ? REPORT_POLICY : "sandbox; default-src 'none'")
                .with("X-Content-Type-Options", "nosniff");
    }

    private static Answer validators(Answer answer, Exchange exchange, Artifact artifact) {
        return answer.with("ETag", artifact.etag())
                .with("Accept-Ranges", "bytes")
                .with("Cache-Control", exchange.query().first("v") == null ? "private, no-cache" : IMMUTABLE)
                .with("Vary", "Cookie, Authorization");
    }
}
