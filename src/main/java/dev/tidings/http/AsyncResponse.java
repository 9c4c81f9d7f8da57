package dev.tidings.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The response of one asynchronous request for as long as it may be touched: all that a stream of hours keeps of its
 * {@link Exchange}, so it is small.
 *
 * <pre>
 *   open --claim--> answering --end--> ended
 *     \________________end____________/
 * </pre>
 *
 * <p>Whoever {@linkplain #claim claims} it first answers, all others come too late and do nothing. It ends once: when
 * the answer is written, when the client has left, or when the container says so. After that nothing touches the request
 * or the response again, since the container uses them for somebody else.
 *
 * <p>Threads: any thread may call any method. Its lock guards the state and is held while the request and the response
 * are touched (headers, writes that do not block). The container tells of errors by a listener that takes the lock too,
 * so it cannot take the response away under such work.
 *
 * <p>It does so with locks of its own in hand. So nothing may be called under ours that waits for those: to set a
 * listener ({@link #listen}) and to complete are done without it. Tomcat waits in {@code setWriteListener} for the thread
 * that already runs the listener, and the listener may be ending this. {@link #claim} takes no lock, so that a
 * timer which finds the exchange answered waits for nobody.
 */
public final class AsyncResponse implements AsyncListener {
    /** What Tomcat calls the protocol of such a connection. */
    private static final String AJP = "ajp";

    private static final AtomicIntegerFieldUpdater<AsyncResponse> CLAIMED =
            AtomicIntegerFieldUpdater.newUpdater(AsyncResponse.class, "claimed");

    // Fixed at construction.
    private final AsyncContext async;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final boolean keepsThreads;

    private volatile int claimed; // 1 when it is
    private volatile boolean readsBody; // see readsBody()
    private volatile boolean leftToErrorPage; // see endByErrorPage()
    private volatile boolean readsOff; // see UnreadBody

    // Guarded by this.
    private boolean touching; // seen true only by the thread that touches
    private boolean endAsked; // by a touch, for when it is over
    private volatile boolean ended; // written under the lock
    private @Nullable Runnable ending; // mostly there is one

    /** What is to be run at the end where there is more than one; see {@link #finish}. */
    private record Endings(Runnable last, Runnable before) implements Runnable {
        @Override
        public void run() {
            last.run();
            before.run();
        }
    }

    /** Begins it: the request is asynchronous from here on, for as long as it takes. */
    AsyncResponse(HttpServletRequest request, HttpServletResponse response) {
        this.request = request;
        this.response = response;
        keepsThreads = request.getServletConnection().getProtocol().equals(AJP);
        async = request.startAsync(request, response);
        async.setTimeout(0);
        async.addListener(this);
    }

    /** To be touched only inside {@link #whileOpen}, or in the calls of a body's or a stream's own listeners. */
    public HttpServletRequest request() {
        return request;
    }

    /** See {@link #request}. */
    public HttpServletResponse response() {
        return response;
    }

    /** Takes the right to answer: true at most once, never after the end. Who gets it must see to the end. Never waits. */
    public boolean claim() {
        return !ended && CLAIMED.compareAndSet(this, 0, 1);
    }

    /** Whether somebody answers or has answered, or nobody can any more. */
    boolean claimed() {
        return claimed != 0 || ended;
    }

    /** Work on the request and the response that does not block. */
    @FunctionalInterface
    public interface Touch {
        void run() throws IOException;
    }

    /**
     * Touches the request and the response, unless it has ended; an exception ends it. The touch must not set a
     * listener, see {@link #listen}; it may end this, which happens when it is over.
     *
     * @return whether it was done
     */
    public boolean whileOpen(Touch touch) {
        boolean done = false;
        boolean over;
        synchronized (this) {
            if (!ended) {
                touching = true;
                try {
                    touch.run();
                    done = true;
                } catch (IOException | IllegalStateException left) {
                    done = false;
                } finally {
                    touching = false;
                }
            }
            over = !done || endAsked;
        }
        if (over) {
            end();
        }
        return done;
    }

    /** The request's first header of that name; null when there is none, and when this has ended. */
    @Nullable
    String header(String name) {
        synchronized (this) {
            return ended ? null : request.getHeader(name);
        }
    }

    /** All headers of that name. */
    List<String> headers(String name) {
        synchronized (this) {
            return ended ? List.of() : Collections.list(request.getHeaders(name));
        }
    }

    /** How many bytes the request's body has; -1 when that is not told. */
    long contentLength() {
        synchronized (this) {
            return ended ? -1 : request.getContentLengthLong();
        }
    }

    /**
     * Gives the container a listener, unless this has ended; an exception ends it. Done without the lock, while the
     * container may already call the listener: only who has {@linkplain #claim claimed} it, or the container's own
     * thread before anybody can, does this, and once.
     *
     * <p>Tomcat does the connection's work on the thread that sets a listener, and by AJP that includes to wait for the next
     * request, blocking. There it is given a thread of its own for it: ours serve others.
     */
    public void listen(Touch setting) {
        if (!keepsThreads) {
            set(setting);
            return;
        }
        try {
            async.start(() -> set(setting));
        } catch (RuntimeException left) {
            end();
        }
    }

    private void set(Touch setting) {
        try {
            if (!ended) {
                setting.run();
            }
        } catch (IOException | RuntimeException left) { // some containers have taken the stream's inside away
            end();
        }
    }

    /** Whether nothing may touch the request and the response any more. */
    public boolean ended() {
        return ended;
    }

    /** Runs {@code work} once when this has ended, on whichever thread ends it; at once when it has. */
    public void onEnd(Runnable work) {
        synchronized (this) {
            if (!ended) {
                Runnable before = ending;
                ending = before == null ? work : new Endings(work, before);
                return;
            }
        }
        work.run();
    }

    /** Ends it: the response is complete, or the client has left. Does nothing the second time. */
    public void end() {
        boolean left;
        synchronized (this) {
            if (touching) {
                endAsked = true;
                return;
            }
            left = !ended && (readsOff || bodyLeft());
        }
        if (finish()) {
            if (left) {
                readOff(this::complete, () -> {});
            } else {
                complete();
            }
        }
    }

    /**
     * Runs the answer when what the client still sends has been read; see {@link UnreadBody}. To be called by who has
     * {@linkplain #claim claimed} it.
     *
     * @param whole answers
     * @param late answers by itself, at once, and only then; the connection is closed
     */
    void afterBody(Runnable whole, Runnable late) {
        boolean left;
        synchronized (this) {
            left = !ended && bodyLeft();
        }
        if (left) {
            readOff(whole, late);
        } else {
            whole.run();
        }
    }

    private void readOff(Runnable whole, Runnable late) {
        if (readsOff) {
            return; // the body is read by a listener already; the request's timeout closes the connection
        }
        readsOff = true;
        UnreadBody.readOff(
                async,
                () -> {
                    readsOff = false;
                    whole.run();
                },
                late);
    }

    private boolean bodyLeft() {
        try {
            return UnreadBody.isLeft(request);
        } catch (IOException | RuntimeException gone) {
            return false;
        }
    }

    /** Says that a thread of ours waits for the body; should the container find it malformed, its error page answers. */
    void readsBody() {
        readsBody = true;
    }

    /** Whether the container has refused the request by itself, by a status of an error that it has set. */
    boolean refused() {
        synchronized (this) {
            return !ended && response.getStatus() >= 400;
        }
    }

    /**
     * Ends a request that the container has {@linkplain #refused refused}: it answers by the error page.
     *
     * <p>The request's first thread may just be leaving. Then Tomcat reports the error to {@link #onError}, which asks for the
     * page, and refuses to be asked twice. So this asks only for a timeout, which comes within a second, and only after the
     * first thread has left.
     */
    void endByErrorPage() {
        leftToErrorPage = true;
        if (finish()) {
            try {
                async.setTimeout(1);
            } catch (IllegalStateException completeAlready) {
                // the container was first
            }
        }
    }

    private void toErrorPage() {
        try {
            async.dispatch(ErrorServlet.PATH);
        } catch (IllegalStateException completeAlready) {
            // the container was first
        }
    }

    private boolean finish() {
        Runnable due;
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            due = ending;
            ending = null;
        }
        while (due instanceof Endings more) { // not one by the other: a long download has many
            more.last().run();
            due = more.before();
        }
        if (due != null) {
            due.run();
        }
        return true;
    }

    private void complete() {
        try {
            async.complete();
        } catch (IllegalStateException completeAlready) {
            // the container was first
        }
    }

    /** The container says that it is over, as the next two do. */
    @Override
    public void onComplete(AsyncEvent event) {
        finish();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        finish();
        if (leftToErrorPage) {
            toErrorPage();
        } else if (!readsOff) {
            complete();
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        boolean page = leftToErrorPage || (readsBody && !claimed());
        finish();
        if (page && request.getAttribute(ErrorServlet.ANSWERED) == null) {
            toErrorPage();
        } else {
            complete();
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
