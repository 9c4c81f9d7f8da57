package dev.tidings.client;

/** How a log is read: the best first. */
public enum Transport {
    /** Server-sent events: told at once. */
    STREAM,
    /** Requests that are held until there is something to tell. */
    LONG_POLL,
    /** Requests that are answered at once. */
    POLL
}
