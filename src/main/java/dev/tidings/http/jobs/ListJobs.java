package dev.tidings.http.jobs;

import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.Role;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.json.JobJson;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/jobs}: a page of jobs, newest first. The parameter {@code n} is ignored: it makes a client's URL its own,
 * so that no cache can answer.
 */
final class ListJobs implements Resource {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    /** The largest page: 256 KiB with what stands around the jobs. */
    private static final int MAX_BYTES = 255 * 1024;

    /** How many jobs are read from the store at once. */
    private static final int PIECE = 20;

    /** {@code n} makes a URL that no cache has; its value means nothing. */
    private static final List<String> KNOWN = List.of("after", "limit", "owner", "state", "type", "n");

    private static final String ANYBODY = "*";
    private static final Pattern MICROS = Pattern.compile("\\d{1,18}");

    /** Stands in {@code after} between a job's id and the microseconds since 1970 at which it was created. */
    private static final char BETWEEN = '~';

    private final JobStore store;

    ListJobs(JobStore store) {
        this.store = store;
    }

    @Override
    public void handle(Exchange exchange) {
        for (String name : exchange.query().names()) {
            if (!KNOWN.contains(name)) {
                throw Problems.badRequest("'" + name + "' is not a parameter of this list. It knows "
                                + String.join(", ", KNOWN) + ".")
                        .with("field", name);
            }
        }
        Long asked = exchange.query().number("limit", 1, MAX_LIMIT);
        int limit = asked == null ? DEFAULT_LIMIT : asked.intValue();
        JobQuery.Last after = after(exchange);
        Scope scope = scope(exchange);
        var query = new JobQuery(scope.owner(), states(exchange), scope.type(), after, PIECE);
        exchange.store(() -> answer(exchange, query, limit));
    }

    private void answer(Exchange exchange, JobQuery query, int limit) {
        var page = new Page(limit);
        JobQuery.Last after = query.after();
        if (after != null && after.created() == null) {
            // Only the id is known. A job that the caller may not see is like one that is gone.
            after = store.find(after.id())
                    .filter(exchange.caller()::sees)
                    .map(JobQuery.Last::of)
                    .orElse(null);
            page.more = after != null;
        }
        while (page.more) {
            after = page.add(exchange, store.list(query.from(after)));
        }
        Answer answer = Answer.json(
                        200, JobJson.page(page.jobs, exchange.caller().tag()))
                .with("Cache-Control", "private, no-cache")
                .with("Vary", "Cookie, Authorization");
        exchange.answer(page.next == null ? answer : answer.with("Link", next(exchange, page.next)));
    }

    /** A page as it is filled, piece by piece, so that a few jobs' results are in memory and not all. */
    private static final class Page {
        private final int limit;
        private final List<String> jobs = new ArrayList<>();
        private int bytes;
        private boolean more = true;
        private @Nullable Job last;
        private @Nullable Job next; // the page's last job, where another page follows

        Page(int limit) {
            this.limit = limit;
        }

        /** Takes jobs while there is room; answers where the next piece begins. */
        JobQuery.@Nullable Last add(Exchange exchange, List<Job> piece) {
            more = piece.size() == PIECE;
            for (Job job : piece) {
                String text = JobJson.brief(job, exchange.base(), exchange.now());
                bytes += text.getBytes(StandardCharsets.UTF_8).length + 1;
                if (jobs.size() == limit || (bytes > MAX_BYTES && last != null)) {
                    next = last;
                    more = false;
                    break;
                }
                jobs.add(text);
                last = job;
            }
            return last == null ? null : JobQuery.Last.of(last);
        }
    }

    /**
     * Whose jobs of which type.
     *
     * @param owner null for everybody's
     * @param type null for any
     */
    private record Scope(@Nullable String owner, @Nullable String type) {}

    private static Scope scope(Exchange exchange) {
        var caller = exchange.caller();
        String owner = text(exchange, "owner");
        String type = text(exchange, "type");
        if (caller.is(Role.ADMIN)) {
            if (owner == null) {
                return new Scope(caller.name(), type);
            }
            return new Scope(owner.equals(ANYBODY) ? null : owner, type);
        }
        boolean wantsAll = owner != null && owner.equals(ANYBODY);
        boolean workerOnly = !caller.is(Role.USER) && (owner == null || wantsAll);
        if (caller.is(Role.WORKER) && (workerOnly || (wantsAll && "external".equals(type)))) {
            if (type != null && !type.equals("external")) {
                throw Problems.forbidden("A worker may list only jobs of type 'external'.");
            }
            return new Scope(null, "external");
        }
        if (caller.is(Role.USER) && (owner == null || owner.equals(caller.name()))) {
            return new Scope(caller.name(), type);
        }
        throw Problems.forbidden("Only an admin may list the jobs of others.");
    }

    /**
     * Where the page before ended: what its link says, which holds good when that job has been deleted since, or the id
     * of a job alone.
     */
    private static JobQuery.@Nullable Last after(Exchange exchange) {
        String after = text(exchange, "after");
        if (after == null) {
            return null;
        }
        int between = after.indexOf(BETWEEN);
        String id = between < 0 ? after : after.substring(0, between);
        String micros = after.substring(between + 1);
        if (!JobAccess.id(id) || (between >= 0 && !MICROS.matcher(micros).matches())) {
            throw Problems.badRequest("'after' is what the link to the next page says, or the id of a job.")
                    .with("field", "after");
        }
        return new JobQuery.Last(
                id, between < 0 ? null : Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS));
    }

    /** A value of the query; null when it is absent or empty. */
    private static @Nullable String text(Exchange exchange, String name) {
        String value = exchange.query().first(name);
        if (value != null && value.indexOf('\0') >= 0) {
            throw Problems.invalid(name, "Text must not contain NUL (U+0000).");
        }
        return value == null || value.isEmpty() ? null : value;
    }

    private static Set<JobState> states(Exchange exchange) {
        var states = EnumSet.noneOf(JobState.class);
        for (String value : exchange.query().all("state")) {
            for (String word : value.split(",", -1)) {
                if (!word.isBlank()) {
                    states.add(state(word.strip()));
                }
            }
        }
        return states;
    }

    private static JobState state(String word) {
        try {
            return JobState.of(word);
        } catch (IllegalArgumentException unknown) {
            throw Problems.badRequest("'state' is one of queued, running, succeeded, failed, cancelled.")
                    .with("field", "state");
        }
    }

    /** The link to the next page: the same query from there on. */
    private static String next(Exchange exchange, Job last) {
        var link = new StringBuilder("<").append(exchange.base()).append(exchange.path());
        char separator = '?';
        for (String name : List.of("owner", "state", "type", "limit")) {
            for (String value : exchange.query().all(name)) {
                link.append(separator).append(name).append('=');
                link.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        return link.append(separator)
                .append("after=")
                .append(last.id())
                .append(BETWEEN)
                .append(ChronoUnit.MICROS.between(Instant.EPOCH, last.created()))
                .append(">; rel=\"next\"")
                .toString();
    }
}
