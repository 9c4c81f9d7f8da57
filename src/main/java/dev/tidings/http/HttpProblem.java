package dev.tidings.http;

import dev.tidings.json.ProblemJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request that is refused, as RFC 9457 says it. Thrown from anywhere below a {@link Resource}; made by
 * {@link Problems}. Carries no stack trace: it is an answer, not a fault of ours.
 *
 * <p>It repeats names and values of the request, so every text in it is cut to {@link #MAX_TEXT} characters and every list
 * to {@link #MAX_ITEMS} items.
 */
public final class HttpProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The longest text of a problem, in characters. */
    static final int MAX_TEXT = 500;

    /** The most items in a list of a problem. */
    static final int MAX_ITEMS = 20;

    private final int status;
    private final String type;
    private final String title;
    private final String detail;
    private final transient Map<String, Object> members;
    private final transient Map<String, String> headers;

    HttpProblem(
            int status,
            String type,
            String title,
            String detail,
            Map<String, Object> members,
            Map<String, String> headers) {
        super(shortened(detail), null, false, false);
        this.status = status;
        this.type = type;
        this.title = title;
        this.detail = shortened(detail);
        this.members = new LinkedHashMap<>(members);
        this.headers = new LinkedHashMap<>(headers);
    }

    public int status() {
        return status;
    }

    /** The short name in {@code type}. */
    public String type() {
        return type;
    }

    /**
     * With an extension member.
     *
     * @param value a string, number, boolean, list or map of these
     */
    public HttpProblem with(String member, Object value) {
        var problem = new HttpProblem(status, type, title, detail, members, headers);
        problem.members.put(member, bounded(value));
        return problem;
    }

    /** With a response header. */
    public HttpProblem header(String name, String value) {
        var problem = new HttpProblem(status, type, title, detail, members, headers);
        problem.headers.put(name, value);
        return problem;
    }

    /** With {@code Retry-After} in seconds. */
    public HttpProblem retryAfter(long seconds) {
        return header("Retry-After", Long.toString(Math.max(1, seconds)));
    }

    /** The response that says it. */
    public Answer answer() {
        Answer answer =
                Answer.of(status, "application/problem+json", ProblemJson.encode(type, title, status, detail, members));
        for (var header : headers.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }

    private static Object bounded(Object value) {
        if (value instanceof String text) {
            return shortened(text);
        }
        if (value instanceof List<?> list) {
            return list.stream().limit(MAX_ITEMS).map(HttpProblem::bounded).toList();
        }
        if (value instanceof Map<?, ?> map) {
            var all = new LinkedHashMap<Object, Object>();
            map.forEach((name, member) -> all.put(name, bounded(member)));
            return all;
        }
        return value;
    }

    private static String shortened(String text) {
        if (text.length() <= MAX_TEXT) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT;
        return text.substring(0, end) + "…";
    }
}
