package dev.tidings.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The network by the JDK's HTTP client. The body is asked for piece by piece, so that a reader which takes its time holds little.
 *
 * <p>Threads: as {@link HttpConnections} says; the client's own threads bring the pieces.
 */
final class JdkConnections implements HttpConnections {
    private final HttpClient client;

    JdkConnections(HttpClient client) {
        this.client = client;
    }

    @Override
    public Exchange open(HttpRequest request) {
        var exchange = new JdkExchange();
        exchange.start(client, request);
        return exchange;
    }

    private static final class JdkExchange implements Exchange, BodyHandler<Boolean>, BodySubscriber<Boolean> {
        /** Wakes the reader of a closed exchange. */
        private static final Piece CLOSED = new End();

        private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
        private final CompletableFuture<Boolean> body = new CompletableFuture<>();
        private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();
        private volatile @Nullable CompletableFuture<HttpResponse<Boolean>> answer;
        private volatile boolean closed;

        void start(HttpClient client, HttpRequest request) {
            CompletableFuture<HttpResponse<Boolean>> sent = client.sendAsync(request, this);
            answer = sent;
            var unused = sent.whenComplete((response, failure) -> {
                if (failure != null) {
                    pieces.add(new Failure(asIo(failure)));
                }
            });
        }

        private static IOException asIo(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return cause instanceof IOException io ? io : new IOException(cause.toString(), cause);
        }

        @Override
        public @Nullable Piece next(long waitMs) throws InterruptedException {
            Piece piece = closed ? null : pieces.poll(Math.max(0, waitMs), TimeUnit.MILLISECONDS);
            if (piece instanceof Bytes) {
                Subscription more = subscription.get();
                if (more != null) {
                    more.request(1);
                }
            }
            return piece == CLOSED ? null : piece;
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            Subscription present = subscription.get();
            if (present != null) {
                // Only this way: to cancel the whole request can hit the next one on its connection.
                present.cancel();
            } else {
                CompletableFuture<HttpResponse<Boolean>> sent = answer;
                if (sent != null) {
                    sent.cancel(true);
                }
            }
            pieces.add(CLOSED);
        }

        // What the HTTP client calls.

        @Override
        public BodySubscriber<Boolean> apply(HttpResponse.ResponseInfo head) {
            pieces.add(new Head(head.statusCode(), head.headers()));
            return this;
        }

        @Override
        public CompletionStage<Boolean> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription.set(given);
            if (closed) {
                given.cancel();
            } else {
                given.request(1);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            pieces.add(new Bytes(buffers));
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            pieces.add(new End());
            body.complete(true);
        }
    }
}
