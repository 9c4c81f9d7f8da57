package dev.tidings.client;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * A request's body that tells how much of it has gone.
 *
 * <p>Threads: the HTTP client's own; any may ask.
 */
final class CountedBody implements BodyPublisher {
    private final BodyPublisher body;
    private final LongConsumer listener;
    private final AtomicLong gone = new AtomicLong();

    CountedBody(BodyPublisher body, LongConsumer listener) {
        this.body = body;
        this.listener = listener;
    }

    /** Bytes that the HTTP client has taken so far. */
    long gone() {
        return gone.get();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        gone.set(0);
        body.subscribe(new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer buffer) {
                long bytes = buffer.remaining();
                subscriber.onNext(buffer);
                listener.accept(gone.addAndGet(bytes));
            }

            @Override
            public void onError(Throwable failure) {
                subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
    }
}
