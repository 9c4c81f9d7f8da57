package dev.tidings.feed;

import dev.tidings.job.Job;

/** What a subscription's source has for it next. */
sealed interface Step {
    /** Nothing now, and nothing more in the store either. */
    Step UP_TO_DATE = new UpToDate();

    /** Not known yet: a load is under way, which will wake the subscription. */
    Step LOADING = new Loading();

    record Entries(Batch batch) implements Step {}

    record Snapshot(Job job, boolean reset) implements Step {}

    record Deleted(String job) implements Step {}

    record Finished(CloseReason reason) implements Step {}

    record UpToDate() implements Step {}

    record Loading() implements Step {}
}
