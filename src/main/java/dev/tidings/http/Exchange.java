package dev.tidings.http;

import dev.tidings.time.Timer;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request under way, asynchronous from the start.
 *
 * <p>It is answered once, by whoever has the answer first, and ends once: {@link AsyncResponse} says how. What the request said
 * is kept here, so who streams for long holds on to {@link #open} alone.
 *
 * <p>Threads: any thread may call any method.
 */
public final class Exchange {
    /** The longest that work for the store may take, waiting for its turn included, before 503 is answered. */
    static final Duration STORE_PATIENCE = Duration.ofSeconds(4);

    /** What any container takes without waiting for the client. */
    private static final int AT_ONCE_BYTES = 8 * 1024;

    private static final Logger LOG = System.getLogger(Exchange.class.getName());

    // Fixed at construction.
    private final AsyncResponse open;
    private final Executor store;
    private final Executor answers;
    private final Timer timer;
    private final Caller caller;
    private final String method;
    private final String path;
    private final String base;
    private final Query query;
    private final @Nullable String session;
    // Set before the resource is asked.
    private volatile Map<String, String> pathParameters = Map.of();

    /**
     * Begins it.
     *
     * @param store runs what blocks; may refuse
     * @param answers runs what answers, for threads that must not wait for a client
     * @param unnamed who asks where the guard has named nobody
     * @param base see {@link #base}
     * @throws HttpProblem 400 when the query cannot be read
     */
    Exchange(
            HttpServletRequest request,
            HttpServletResponse response,
            Executor store,
            Executor answers,
            Timer timer,
            Caller unnamed,
            String base) {
        this.store = store;
        this.answers = answers;
        this.timer = timer;
        caller = request.getAttribute(Caller.ATTRIBUTE) instanceof Caller known ? known : unnamed;
        method = request.getMethod();
        path = Paths.within(request);
        this.base = base;
        query = Query.parse(request.getQueryString());
        HttpSession known = request.getSession(false);
        session = known == null ? null : known.getId();
        open = new AsyncResponse(request, response);
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
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    void pathParameters(Map<String, String> values) {
        pathParameters = values;
    }

    /** The path by which the client reaches the service; empty for the root. Links begin with it. */
    public String base() {
        return base;
    }

    /** The query, decoded. */
    public Query query() {
        return query;
    }

    /** The first header of that name; null when there is none, and when the exchange has ended. */
    public @Nullable String header(String name) {
        return open.header(name);
    }

    /** All headers of that name. */
    public List<String> headers(String name) {
        return open.headers(name);
    }

    /** How many bytes the body has; -1 when the request does not tell. */
    public long contentLength() {
        return open.contentLength();
    }

    /** What is left of this while the answer is long under way. */
    public AsyncResponse open() {
        return open;
    }

    /** See {@link AsyncResponse#request}. */
    public HttpServletRequest request() {
        return open.request();
    }

    /** See {@link AsyncResponse#request}. */
    public HttpServletResponse response() {
        return open.response();
    }

    public Timer timer() {
        return timer;
    }

    /** The node's time. */
    public Instant now() {
        return timer.clock().instant();
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
                    if (!open.claimed()) {
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

    /** See {@link AsyncResponse#claim}. */
    public boolean claim() {
        return open.claim();
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
        open.afterBody(() -> transmit(answer), () -> sendAtOnce(answer));
    }

    /** Sends a short answer by this thread, which is the container's; a long one is not worth its wait. */
    private void sendAtOnce(Answer answer) {
        if (answer.body().length <= AT_ONCE_BYTES) {
            try {
                BlockingAnswers.write(response(), method, answer);
                response().flushBuffer();
            } catch (IOException left) {
                LOG.log(Level.DEBUG, "a client left before its answer", left);
            }
        }
    }

    private void transmit(Answer answer) {
        boolean whole = method.equals("HEAD") || answer.body().length == 0;
        boolean begun = whileOpen(() -> AnswerHeaders.apply(answer, response()));
        if (whole || !begun) {
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
        boolean begun = whileOpen(() -> {
            AnswerHeaders.apply(head, response());
            response().setContentLengthLong(length);
        });
        if (whole || !begun) {
            end();
            return;
        }
        listen(() -> {
            var out = output();
            out.setWriteListener(body.apply(out));
        });
    }

    private ServletOutputStream output() throws IOException {
        var out = response().getOutputStream();
        return PushedOutput.isFor(request()) ? new PushedOutput(out, answers) : out;
    }

    /** See {@link AsyncResponse#whileOpen}. */
    public boolean whileOpen(AsyncResponse.Touch touch) {
        return open.whileOpen(touch);
    }

    /** See {@link AsyncResponse#listen}. */
    public void listen(AsyncResponse.Touch setting) {
        open.listen(setting);
    }

    /** See {@link AsyncResponse#ended}. */
    public boolean ended() {
        return open.ended();
    }

    /** See {@link AsyncResponse#onEnd}. */
    public void onEnd(Runnable ending) {
        open.onEnd(ending);
    }

    /** See {@link AsyncResponse#end}. */
    public void end() {
        open.end();
    }
}
