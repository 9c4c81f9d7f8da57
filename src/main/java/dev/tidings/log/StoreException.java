package dev.tidings.log;

import org.jspecify.annotations.Nullable;

/** The store cannot be reached, or said no; the same call may succeed later. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean full;

    public StoreException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    /**
     * The same when the store is there but takes nothing in.
     *
     * @param full whether that is so; what was written is not to blame then, however small other writes succeed
     */
    public StoreException(String message, @Nullable Throwable cause, boolean full) {
        super(message, cause);
        this.full = full;
    }

    /** Whether the store is there but has no room, a broken disk, or is only to be read. */
    public boolean full() {
        return full;
    }
}
