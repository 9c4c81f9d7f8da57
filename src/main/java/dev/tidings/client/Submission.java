package dev.tidings.client;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A job to be submitted. Each has an {@code Idempotency-Key} from its making, so that submitting it again, by this client or by a balancer, makes no
 * second job.
 *
 * <p>Threads: one.
 */
public final class Submission {

    /** An input file. {@code name}: as the job sees it. */
    record Input(String name, String mediaType, Content content) {}

    /** What can be read anew for each try. */
    interface Content {
        BodyPublisher body() throws FileNotFoundException;
    }

    private final JsonObjectBuilder job = Json.createObjectBuilder();
    private final List<Input> inputs = new ArrayList<>();
    private String key = UUID.randomUUID().toString();
    private LongConsumer uploaded = bytes -> {};
    private @Nullable JsonObject built;

    private Submission(String type) {
        job.add("type", type);
    }

    /** Begins one of a job type. */
    public static Submission of(String type) {
        return new Submission(type);
    }

    public Submission title(String title) {
        job.add("title", title);
        return this;
    }

    /** The parameters, as the type's schema has them. */
    public Submission params(JsonObject params) {
        job.add("params", params);
        return this;
    }

    public Submission priority(int priority) {
        job.add("priority", priority);
        return this;
    }

    /** Not to be run earlier. */
    public Submission notBefore(Instant instant) {
        job.add("notBefore", instant.toString());
        return this;
    }

    /** Adds an input file under its own name. It is read anew at each try and never held whole. */
    public Submission file(Path path) {
        return file(String.valueOf(path.getFileName()), "application/octet-stream", path);
    }

    public Submission file(String name, String mediaType, Path path) {
        inputs.add(new Input(name, mediaType, () -> BodyPublishers.ofFile(path)));
        return this;
    }

    /**
     * Adds an input file from a stream of unknown size. It is never held whole.
     *
     * @param content opens a new stream with the same bytes for each try; the client closes it
     */
    public Submission file(String name, String mediaType, Supplier<? extends InputStream> content) {
        inputs.add(new Input(name, mediaType, () -> BodyPublishers.ofInputStream(content)));
        return this;
    }

    /**
     * Adds an input file from a stream of known size. So the request has a {@code Content-Length}.
     *
     * @param size in bytes; a stream of another size makes the try fail
     * @param content opens a new stream with the same bytes for each try; the client closes it
     */
    public Submission file(String name, String mediaType, long size, Supplier<? extends InputStream> content) {
        if (size < 0) {
            throw new IllegalArgumentException("a size is 0 or more, not " + size);
        }
        inputs.add(new Input(
                name,
                mediaType,
                () -> size == 0
                        ? BodyPublishers.noBody()
                        : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(content), size)));
        return this;
    }

    /** A key of the application's own, to go on with a submission of an earlier life. Printable ASCII without quotes. */
    public Submission idempotencyKey(String own) {
        if (!own.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,200}")) {
            throw new IllegalArgumentException("an idempotency key must be printable ASCII without quotes, not " + own);
        }
        key = own;
        return this;
    }

    /** Is told, by a thread of the HTTP client, how many bytes of the request have gone. Begins anew with each try. */
    public Submission onUploaded(LongConsumer listener) {
        uploaded = listener;
        return this;
    }

    public String idempotencyKey() {
        return key;
    }

    JsonObject job() {
        JsonObject known = built;
        if (known == null) {
            known = job.build();
            built = known;
        }
        return known;
    }

    List<Input> inputs() {
        return inputs;
    }

    LongConsumer uploaded() {
        return uploaded;
    }
}
