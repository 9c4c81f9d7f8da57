package dev.tidings.http.jobs;

import dev.tidings.http.Exchange;
import dev.tidings.http.IdempotencyHeader;
import dev.tidings.http.MediaType;
import dev.tidings.http.Problems;
import dev.tidings.http.RequestBody;
import dev.tidings.http.Resource;
import dev.tidings.http.Uploads;
import dev.tidings.http.Wait;
import dev.tidings.log.IdempotencyKey;
import java.util.List;
import java.util.function.BooleanSupplier;

/** {@code POST /api/jobs}: a job by JSON alone, or JSON with files. */
final class SubmitJob implements Resource {
    private final Submissions intake;
    private final Upload upload;
    private final Uploads uploads;
    private final BooleanSupplier draining;
    private final JobLimits limits;

    SubmitJob(Submissions intake, Upload upload, Uploads uploads, BooleanSupplier draining, JobLimits limits) {
        this.intake = intake;
        this.upload = upload;
        this.uploads = uploads;
        this.draining = draining;
        this.limits = limits;
    }

    @Override
    public void handle(Exchange exchange) {
        if (draining.getAsBoolean()) {
            throw Problems.draining();
        }
        var type = MediaType.parse(exchange.header("Content-Type"));
        String key = IdempotencyHeader.of(exchange);
        Wait wait = Wait.of(exchange, limits.longestWait());
        if (type.name().equals("multipart/form-data")) {
            upload.take(exchange, type, key, wait);
            return;
        }
        if (!type.name().equals("application/json") || !type.utf8()) {
            throw Problems.unsupportedMediaType(
                    "Submit a job as application/json in UTF-8, or with files as multipart/form-data.");
        }
        RequestBody.read(
                exchange,
                uploads,
                limits.maxBodyBytes(),
                json -> exchange.store(() -> {
                    var caller = exchange.caller();
                    var named = key == null
                            ? null
                            : new IdempotencyKey(caller.name(), key, Fingerprint.of(json, List.of()));
                    intake.submit(exchange, intake.check(caller, json, List.of(), named), wait);
                }));
    }
}
