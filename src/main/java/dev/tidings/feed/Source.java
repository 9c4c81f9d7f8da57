package dev.tidings.feed;

/** Where a subscription is in what it reads. Threads: the pump calls {@link #next}, one thread at a time. */
interface Source {
    /** Answers what is next and takes it as delivered. */
    Step next();

    /** The subscription begins: from now on the source wakes it. */
    void opened(Subscription subscription);

    /** The subscription is over. */
    void closed();
}
