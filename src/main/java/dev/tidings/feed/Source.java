package dev.tidings.feed;

/** What a subscription reads. Threads: the pump calls {@link #next}, one thread at a time. */
interface Source {
    /** What comes next. It counts as delivered. */
    Delivery next();

    /** The subscription begins. From now on the source wakes it. */
    void opened(Subscriber subscriber);

    /** The subscription is over. */
    void closed();
}
