package dev.tidings.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Which jobs a list has. Immutable. */
public final class JobFilter {
    /** The largest page that Tidings answers. */
    private static final int PAGE = 200;

    private final String parameters;
    private final int most;

    private JobFilter(String parameters, int most) {
        this.parameters = parameters;
        this.most = most;
    }

    /** All own jobs. */
    public static JobFilter all() {
        return new JobFilter("", Integer.MAX_VALUE);
    }

    /** Only jobs in this state. Several calls: in any of these states. */
    public JobFilter state(String state) {
        return with("state", state);
    }

    /** Only jobs of this type. */
    public JobFilter type(String type) {
        return with("type", type);
    }

    /** The jobs of all owners, for an admin. */
    public JobFilter ofAllOwners() {
        return with("owner", "*");
    }

    /** The newest so many. */
    public JobFilter newest(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a list has 1 job or more, not " + count);
        }
        return new JobFilter(parameters, count);
    }

    private JobFilter with(String name, String value) {
        return new JobFilter(parameters + "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8), most);
    }

    int most() {
        return most;
    }

    String query() {
        return "?limit=" + Math.min(PAGE, most) + parameters;
    }
}
