package dev.tidings.boot;

import dev.tidings.feed.SubscriberLimiter;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;

/** Ends the streams of a session that the container has ended. Threads: the container's. */
final class SignOuts implements HttpSessionListener {
    private final SubscriberLimiter readers;

    SignOuts(SubscriberLimiter readers) {
        this.readers = readers;
    }

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        readers.signedOut(event.getSession().getId());
    }
}
