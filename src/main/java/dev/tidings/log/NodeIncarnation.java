package dev.tidings.log;

import java.util.random.RandomGenerator;

/**
 * Who claims jobs: one life of a node. Two processes that were given one name, by mistake or one after the other, do not
 * take each other's jobs for their own.
 *
 * <p>Shape: the node's name, a slash, and at random what tells this life from others; a text without a slash is a name.
 */
public final class NodeIncarnation {
    private NodeIncarnation() {}

    /** A new life of a node. */
    public static String of(String node, RandomGenerator random) {
        return node + "/" + Long.toString(random.nextLong() >>> 1, Character.MAX_RADIX);
    }

    /** The node's name, as events show it. */
    public static String node(String claimant) {
        int slash = claimant.lastIndexOf('/');
        return slash < 0 ? claimant : claimant.substring(0, slash);
    }
}
