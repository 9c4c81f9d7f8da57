package dev.tidings.http;

import dev.tidings.time.Timer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request under way, asynchronous from the start.
 *
 * <pre>
 *   open --claim--> answering --end--> ended
 *     \________________end____________/
 * </pre>
 *
 * <p>Whoever {@linkplain #claim claims} it first answers it, all others come too late and do nothing. It ends once: when
 * the answer is written, when the client has left, or when the container says so. After that nothing touches the request
 * or the response again, since the container uses them for somebody else.
 *
 * <p>Threads: any thread may call any method. {@code lock} guards the state and is held while the request and the response
 * are touched (headers, writes that do not block). The container tells of errors by a listener that takes the lock too,
 * so it cannot take the response away under such work.
 *
 * <p>It does so with locks of its own in hand. So nothing may be called under {@code lock} that waits for those: to set a
 * listener ({@link #listen}) and to complete are done without it. Tomcat waits in {@code setWriteListener} for the thread
 * that already runs the listener, and the listener may be ending the exchange. {@link #claim} takes no lock, so that a
 * timer which finds the exchange answered waits for nobody.
 */
public final class Exchange {
    /** The longest that work for the store may take, waiting for its turn included, before 503 is answered. */
    static final Duration STORE_PATIENCE = Duration.ofSeconds(4);

    /** What Tomcat calls the protocol of such a connection. */
    private static final String AJP = "ajp";

    private static final Logger LOG = System.getLogger(Exchange.class.getName());

    // Fixed at construction.
    private final AsyncContext async;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Executor store;
    private final Executor answers;
    private final Timer timer;
    private final Caller caller;
    private final String method;
    private final String path;
    private final String base;
    private final Query query;
    private final @Nullable String session;
    private final boolean keepsThreads;

    private final Object lock = new Object();

    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile boolean readsBody; // see readsBody()
    private volatile boolean leftToErrorPage; // see endByErrorPage()

    // Guarded by lock.
    private Map<String, String> pathParameters = Map.of();
    private boolean touching; // seen true only by the thread that touches
    private boolean endAsked; // by a touch, for when it is over
    private volatile boolean ended; // written under the lock
    private List<Runnable> endings = new ArrayList<>();

    /**
     * Begins it.
     *
     * @param store runs what blocks; may refuse
     * @param answers runs what answers, for threads that must not wait for a client
     * @throws HttpProblem 400 when the query cannot be read
     */
    Exchange(HttpServletRequest request, HttpServletResponse response, Executor store, Executor answers, Timer timer) {
        this.request = request;
        this.response = response;
        this.store = store;
        this.answers = answers;
        this.timer = timer;
        caller = request.getAttribute(Caller.ATTRIBUTE) instanceof Caller known ? known : Caller.NOBODY;
        method = request.getMethod();
        path = Paths.within(request);
        base = Paths.base(request);
        query = Query.parse(request.getQueryString());
        HttpSession known = request.getSession(false);
        session = known == null ? null : known.getId();
        keepsThreads = request.getServletConnection().getProtocol().equals(AJP);
        async = request.startAsync(request, response);
        async.setTimeout(0);
        async.addListener(new Ending());
    }

    /** The id of the HTTP session that the request belongs to; null without one. */
    public @Nullable String session() {
        return session;
    }

    /** The method as it came: {@code HEAD} is told apart only here. */
    public String method() {
        return method;
    }

    /** Who asks. */
    public Caller caller() {
        return caller;
    }

    /** Refuses with 401 who is nobody and with 403 who has none of these roles. */
    public void require(Role... anyOf) {
        if (!caller.known()) {
            throw Problems.unauthorized();
        }
        for (Role role : anyOf) {
            if (caller.is(role)) {
                return;
            }
        }
        throw Problems.forbidden("This needs the role " + anyOf[0].containerName() + ".");
    }

    /** The path below the context path, decoded. */
    public String path() {
        return path;
    }

    /** The value that stands in the path where the route's template has {@code {name}}. */
    public String path(String name) {
        synchronized (lock) {
            String value = pathParameters.get(name);
            if (value == null) {
                throw new IllegalArgumentException("the route has no {" + name + "}");
            }
            return value;
        }
    }

    void pathParameters(Map<String, String> values) {
        synchronized (lock) {
            pathParameters = values;
        }
    }

    /** The context path as the request sees it; empty for the root. Links begin with it. */
    public String base() {
        return base;
    }

    /** The query, decoded. */
    public Query query() {
        return query;
    }

    /** The first header of that name; null when there is none, and when the exchange has ended. */
    public @Nullable String header(String name) {
        synchronized (lock) {
            return ended ? null : request.getHeader(name);
        }
    }

    /** All headers of that name. */
    public List<String> headers(String name) {
        synchronized (lock) {
            return ended ? List.of() : Collections.list(request.getHeaders(name));
        }
    }

    /** How many bytes the body has; -1 when the request does not tell. */
    public long contentLength() {
        synchronized (lock) {
            return ended ? -1 : request.getContentLengthLong();
        }
    }

    /** For a body's or a stream's own listeners; to be touched only inside {@link #whileOpen} or their calls. */
    public HttpServletRequest request() {
        return request;
    }

    /** See {@link #request}. */
    public HttpServletResponse response() {
        return response;
    }

    public Timer timer() {
        return timer;
    }

    /**
     * Runs work that blocks on the store's executor. Whatever it throws is answered; when it takes too long, or no
     * thread is free, 503 is. It may find the exchange {@linkplain #ended ended}.
     */
    public void store(Work work) {
        store(work, this::fail);
    }

    /** The same, for those who answer a failure in their own way; {@code failed} may be called more than once. */
    public void store(Work work, Consumer<Throwable> failed) {
        var alarm = after(STORE_PATIENCE, () -> failed.accept(Problems.busy("The store takes too long.")));
        try {
            store.execute(() -> {
                try {
                    if (!claimed()) {
                        work.run();
                    }
                } catch (Throwable thrown) {
                    failed.accept(thrown);
                } finally {
                    alarm.cancel();
                }
            });
        } catch (RuntimeException refused) {
            alarm.cancel();
            failed.accept(refused);
        }
    }

    /** Work that may throw what becomes the answer. */
    @FunctionalInterface
    public interface Work {
        void run() throws Throwable;
    }

    /**
     * Hands {@code work} over to a thread that may wait for a client, since a container may block in an answer; what it
     * throws is answered. For the threads of others: the timer's, and those that commit what all jobs have to say.
     */
    public void handOver(Work work) {
        try {
            answers.execute(() -> guard(work));
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, "a request was not answered: the node stops");
        }
    }

    /** The same after a while. */
    public Timer.Alarm after(Duration delay, Work work) {
        return timer.after(delay, () -> handOver(work));
    }

    /** Runs {@code work} here and now, and answers what it throws. For calls that come from listeners. */
    public void guard(Work work) {
        try {
            work.run();
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    /** Answers what {@link Problems#of} says of it; nothing when it is answered already. */
    public void fail(Throwable thrown) {
        if (!ended()) {
            answer(Problems.of(thrown).answer());
        }
    }

    /** Takes the right to answer: true at most once, never after the end. Who gets it must see to the end. Never waits. */
    public boolean claim() {
        return !ended && claimed.compareAndSet(false, true);
    }

    private boolean claimed() {
        return claimed.get() || ended;
    }

    /**
     * Answers, unless that was done or the client has left. Never blocks: bytes are written when the container has room.
     */
    public void answer(Answer answer) {
        if (claim()) {
            send(answer);
        }
    }

    /** Sends the answer of an exchange that the caller has claimed. */
    public void send(Answer answer) {
        boolean whole = method.equals("HEAD") || answer.body().length == 0;
        boolean open = whileOpen(() -> AnswerHeaders.apply(answer, response));
        if (whole || !open) {
            end();
            return;
        }
        listen(() -> {
            var out = output();
            out.setWriteListener(new AnswerWriter(this, out, answer));
        });
    }

    /**
     * Begins an answer whose body is longer than memory, unless that was done or the client has left.
     *
     * @param head status and headers; its body is not sent
     * @param length how many bytes {@code body} will write, 1 or more
     * @param body makes the listener that writes and then ends the exchange; not asked for {@code HEAD}
     */
    public void stream(Answer head, long length, Function<ServletOutputStream, WriteListener> body) {
        if (!claim()) {
            return;
        }
        boolean whole = method.equals("HEAD");
        boolean open = whileOpen(() -> {
            AnswerHeaders.apply(head, response);
            response.setContentLengthLong(length);
        });
        if (whole || !open) {
            end();
            return;
        }
        listen(() -> {
            var out = output();
            out.setWriteListener(body.apply(out));
        });
    }

    private ServletOutputStream output() throws IOException {
        var out = response.getOutputStream();
        return PushedOutput.isFor(request) ? new PushedOutput(out, answers) : out;
    }

    /**
     * Touches the request and the response, unless the exchange has ended; an exception ends it. The touch must not set a
     * listener, see {@link #listen}; it may end the exchange, which happens when it is over.
     *
     * @return whether it was done
     */
    public boolean whileOpen(Touch touch) {
        boolean done = false;
        boolean over;
        synchronized (lock) {
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

    /**
     * Gives the container a listener, unless the exchange has ended; an exception ends it. Done without the lock, while the
     * container may already call the listener: only who has {@linkplain #claim claimed} the exchange, or the container's own
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

    /** Work on the request and the response that does not block. */
    @FunctionalInterface
    public interface Touch {
        void run() throws IOException;
    }

    /** Whether nothing may touch the request and the response any more. */
    public boolean ended() {
        return ended;
    }

    /** Runs {@code ending} once when the exchange has ended, on whichever thread ends it; at once when it has. */
    public void onEnd(Runnable ending) {
        synchronized (lock) {
            if (!ended) {
                endings.add(ending);
                return;
            }
        }
        ending.run();
    }

    /** Ends it: the response is complete, or the client has left. Does nothing the second time. */
    public void end() {
        synchronized (lock) {
            if (touching) {
                endAsked = true;
                return;
            }
        }
        if (finish()) {
            complete();
        }
    }

    /** Says that a thread of ours waits for the body; should the container find it malformed, its error page answers. */
    void readsBody() {
        readsBody = true;
    }

    /** Whether the container has refused the request by itself, by a status of an error that it has set. */
    boolean refused() {
        synchronized (lock) {
            return !ended && response.getStatus() >= 400;
        }
    }

    /** Ends a request that the container has {@linkplain #refused refused}: it answers by the error page. */
    void endByErrorPage() {
        leftToErrorPage = true;
        if (finish()) {
            toErrorPage();
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
        List<Runnable> due;
        synchronized (lock) {
            if (ended) {
                return false;
            }
            ended = true;
            due = endings;
            endings = List.of();
        }
        due.forEach(Runnable::run);
        return true;
    }

    private void complete() {
        try {
            async.complete();
        } catch (IllegalStateException completeAlready) {
            // the container was first
        }
    }

    /** Hears from the container that it is over. */
    private final class Ending implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            finish();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            finish();
            complete();
        }

        @Override
        public void onError(AsyncEvent event) {
            boolean page = leftToErrorPage || (readsBody && !claimed());
            finish();
            if (page && request.getAttribute(ErrorServlet.ANSWERED) == null) {
                toErrorPage(); // again, where it was asked for: this call has put an end to that
            } else {
                complete();
            }
        }

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
