package dev.tidings.job;

import org.jspecify.annotations.Nullable;

/** A handler's word that the job cannot succeed however often it is tried; the message is for the user. */
public final class PermanentFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PermanentFailure(String message) {
        super(message);
    }

    public PermanentFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
