package dev.tidings.jdbc;

/**
 * What the store holds at most.
 *
 * @param storagePerUser bytes of the inputs and artifacts of one owner
 * @param artifacts of one job
 */
public record StoreLimits(long storagePerUser, int artifacts) {
    /** No limits. */
    public static final StoreLimits NONE = new StoreLimits(Long.MAX_VALUE, Integer.MAX_VALUE);
}
