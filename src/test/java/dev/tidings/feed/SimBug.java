package dev.tidings.feed;

/** Mistakes that are planted in what surrounds the feeds, to see whether the simulation finds them. */
enum SimBug {
    NONE,
    /** The store reads from one event further on. */
    OFF_BY_ONE,
    /** Appended is not told to the feeds, now and then, and no hint follows. */
    LOST_WAKE_UP,
    /** Progress is dropped although another event follows it. */
    GREEDY_CONFLATION,
    /** A batch is written twice, now and then. */
    TWICE,
    /** Nothing says that the terminal event ends the log. */
    ENDLESS,
    /** A cursor that cannot be honoured is taken as one that is up to date. */
    SILENT_GAP,
    /** Appended says that it follows what the reader has, whatever is missing. */
    HIDDEN_HOLE,
    /** A page of jobs leaves out its last one, now and then. */
    LOST_IN_LISTING,
    /** A job that is there is not found, now and then. */
    LOST_STATE,
    /** A look at a job gives the state that an earlier look has given, now and then. */
    OLD_STATE
}
