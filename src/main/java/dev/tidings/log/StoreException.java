package dev.tidings.log;

import org.jspecify.annotations.Nullable;

/** The store did not do what it was asked to; {@link #reason} says whether the same call may succeed later. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why the store failed. */
    public enum Reason {
        /** It cannot be reached, or does not answer in time: the same call may succeed later. */
        OUTAGE,
        /** It answers but takes nothing in: no space, a broken disk, or read-only. */
        FULL,
        /** It refused this call for what is in it, while others may succeed. The same call fails again. */
        REFUSED,
        /** It refused this call, since the owner or the job has as much as allowed; the message is for users. */
        OVER_QUOTA,
        /** Something must be changed at the database first: its schema, a privilege, an account. */
        MISCONFIGURED
    }

    private final Reason reason;

    /** An outage. */
    public StoreException(String message, @Nullable Throwable cause) {
        this(message, cause, Reason.OUTAGE);
    }

    public StoreException(String message, @Nullable Throwable cause, Reason reason) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Whether it refused this very call, while others may succeed. */
    public boolean refused() {
        return reason == Reason.REFUSED || reason == Reason.OVER_QUOTA;
    }

    /** Whether waiting does not help. */
    public boolean permanent() {
        return reason == Reason.REFUSED || reason == Reason.OVER_QUOTA || reason == Reason.MISCONFIGURED;
    }
}
