package dev.tidings.http;

import dev.tidings.job.Job;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * Who asks.
 *
 * @param name the user's name; empty for nobody
 * @param roles what it may do; an admin may do what a user may
 */
public record Caller(String name, Set<Role> roles) {
    /** Who did not sign in. */
    public static final Caller NOBODY = new Caller("", Set.of());

    /** The one user of {@code tidings.security=none}, with every role. */
    public static final Caller ANONYMOUS = new Caller("anonymous", Set.of(Role.values()));

    /** The request attribute under which the guard leaves the caller, where the container knows callers. */
    public static final String ATTRIBUTE = Caller.class.getName();

    private static final int TAG_BYTES = 16;

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** Whether this is somebody. */
    public boolean known() {
        return !name.isEmpty();
    }

    /**
     * What a page calls this user by: the same at every node, another one for each user, and only ever told to the user
     * itself. The tabs of a browser share what they read by it.
     */
    public String tag() {
        byte[] digest = sha256().digest(("tidings user " + name).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(Arrays.copyOf(digest, TAG_BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("each Java has SHA-256", impossible);
        }
    }

    public boolean is(Role role) {
        return roles.contains(role) || (role == Role.USER && roles.contains(Role.ADMIN));
    }

    /** Whether the job exists for this caller: its own, any for an admin, {@code external} ones for a worker. */
    public boolean sees(Job job) {
        return is(Role.ADMIN)
                || (is(Role.USER) && job.owner().equals(name))
                || (is(Role.WORKER) && job.type().equals("external"));
    }

    /** Whether this caller may cancel, retry and delete the job: its owner and an admin. */
    public boolean owns(Job job) {
        return is(Role.ADMIN) || (is(Role.USER) && job.owner().equals(name));
    }
}
