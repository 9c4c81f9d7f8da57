package dev.tidings.feed;

/** Is told that a feed may have something new. Threads: any; must not block. */
interface Subscriber {
    void wake();

    /** Like {@link #wake}, on a pump thread that may do the work at once. */
    void wakeHere();

    /** The store cannot be read at the moment. Reads go on being tried. */
    void storeFailed();
}
