package dev.tidings.http.worker;

import dev.tidings.http.Answer;
import dev.tidings.http.BlockingBody;
import dev.tidings.http.Exchange;
import dev.tidings.http.FileNames;
import dev.tidings.http.HttpProblem;
import dev.tidings.http.IdempotencyHeader;
import dev.tidings.http.MediaType;
import dev.tidings.http.Problems;
import dev.tidings.http.RequestBody;
import dev.tidings.http.Role;
import dev.tidings.http.Routes;
import dev.tidings.http.Uploads;
import dev.tidings.http.jobs.Fingerprint;
import dev.tidings.http.jobs.JobAccess;
import dev.tidings.http.jobs.Staging;
import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.json.EventJson;
import dev.tidings.json.JobJson;
import dev.tidings.json.WorkerEvents;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.run.WorkerReports;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The resources that workers write to.
 *
 * @param uploads apart from those of users, so that they cannot keep workers out
 * @param maxBodyBytes of a report
 * @param maxUploadBytes of an artifact
 */
public record WorkerResources(
        JobAccess access,
        ArtifactStore artifacts,
        WorkerReports reports,
        Uploads uploads,
        long maxBodyBytes,
        long maxUploadBytes) {
    /** The longest name of an artifact, in characters, as for those that handlers make. */
    private static final int MAX_NAME = 200;

    /** Adds their routes. */
    public void addTo(Routes routes) {
        routes.add("POST", "/api/jobs/{id}/events", this::report, Role.WORKER)
                .add("PUT", "/api/jobs/{id}/artifacts/{name}", this::put, Role.WORKER);
    }

    private void report(Exchange exchange) {
        var type = MediaType.parse(exchange.header("Content-Type"));
        if (!type.name().equals("application/json") || !type.utf8()) {
            throw Problems.unsupportedMediaType("Report events as application/json in UTF-8.");
        }
        String key = IdempotencyHeader.of(exchange);
        String job = JobAccess.named(exchange);
        RequestBody.read(exchange, uploads, maxBodyBytes, body -> {
            var events = WorkerEvents.read(body);
            IdempotencyKey named = key == null
                    ? null
                    : new IdempotencyKey(exchange.caller().name(), key, Fingerprint.of("report " + job, body));
            report(exchange, job, events, named);
        });
    }

    private void report(Exchange exchange, String job, List<Event> events, @Nullable IdempotencyKey key) {
        CompletableFuture<WorkerReports.Answer> reported;
        try {
            reported = reports.report(job, exchange.caller()::sees, events, key);
        } catch (IllegalArgumentException refused) {
            throw Problems.invalid("type", refused.getMessage() == null ? "Not a report." : refused.getMessage());
        }
        var unused =
                reported.whenComplete((became, failure) -> exchange.handOver(() -> answer(exchange, became, failure)));
    }

    private static void answer(Exchange exchange, WorkerReports.@Nullable Answer became, @Nullable Throwable failure) {
        Job job = stored(became, failure).job();
        exchange.answer(Answer.json(200, JobJson.report(job.seq(), job.cancelRequested())));
    }

    /** What was stored; anything else is thrown as what it means. */
    private static WorkerReports.Answer.Stored stored(
            WorkerReports.@Nullable Answer became, @Nullable Throwable failure) {
        if (became instanceof WorkerReports.Answer.Stored stored) {
            return stored;
        }
        if (became instanceof WorkerReports.Answer.Conflict conflict) {
            HttpProblem problem = Problems.conflict(conflict.why());
            throw conflict.job().cancelRequested() ? problem.with("cancelRequested", true) : problem;
        }
        if (became instanceof WorkerReports.Answer.KeyReused) {
            throw Problems.keyReused();
        }
        if (became instanceof WorkerReports.Answer.Missing) {
            throw Problems.noSuchJob();
        }
        throw failure == null ? Problems.unavailable() : Problems.of(failure);
    }

    private void put(Exchange exchange) {
        String name = FileNames.checked("name", exchange.path("name"));
        if (name.length() > MAX_NAME) {
            throw Problems.invalid("name", "An artifact's name must have at most " + MAX_NAME + " characters.");
        }
        String mediaType = MediaType.ofFile(exchange.header("Content-Type"));
        BlockingBody.read(exchange, uploads, maxUploadBytes, body -> store(exchange, name, mediaType, body));
    }

    private void store(Exchange exchange, String name, String mediaType, InputStream body) throws Exception {
        Job job = access.seen(exchange);
        if (!job.type().equals("external") || job.state().terminal()) {
            HttpProblem problem =
                    Problems.conflict("A worker may add artifacts only to a running job of type 'external'.");
            throw job.cancelRequested() ? problem.with("cancelRequested", true) : problem;
        }
        var staging = new Staging(artifacts, true);
        boolean discard = true;
        try {
            Staging.Blob blob = staging.stage(body);
            String etag = Artifact.etag(HexFormat.of().parseHex(blob.sha256()));
            var artifact = new Artifact(name, mediaType, blob.size(), etag, blob.id());
            discard = false; // from here on it may be named; if it is not, it is swept
            var stored = stored(reports.artifact(job.id(), artifact).join(), null);
            discard = !stored.created();
            answer(exchange, stored, artifact);
        } catch (HttpProblem refused) {
            discard = true;
            throw refused;
        } finally {
            if (discard) {
                staging.discard();
            }
        }
    }

    private static void answer(Exchange exchange, WorkerReports.Answer.Stored stored, Artifact sent) {
        Job job = stored.job();
        Artifact there = job.artifacts().stream()
                .filter(artifact -> artifact.name().equals(sent.name()))
                .findFirst()
                .orElse(sent);
        var json = JobJson.artifact(there, job.id(), exchange.base(), job.cancelRequested());
        Answer answer = Answer.json(stored.created() ? 201 : 200, json).with("ETag", there.etag());
        exchange.answer(
                stored.created() ? answer.with("Location", exchange.base() + EventJson.path(job.id(), there)) : answer);
    }
}
