package dev.tidings.log;

import org.jspecify.annotations.Nullable;

/** The store cannot be reached, or said no; the same call may succeed later. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
