package dev.tidings.feed;

import dev.tidings.job.Job;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs a reader of many jobs reads.
 *
 * @param owners whose jobs
 * @param ids which of them; null for all, later ones included
 */
public record JobSelection(Set<String> owners, @Nullable Set<String> ids) {
    public JobSelection {
        owners = Set.copyOf(owners);
        ids = ids == null ? null : Set.copyOf(ids);
    }

    /** All jobs of an owner. */
    public static JobSelection ofOwner(String owner) {
        return new JobSelection(Set.of(owner), null);
    }

    /** These jobs. */
    public static JobSelection of(Collection<Job> jobs) {
        return new JobSelection(
                jobs.stream().map(Job::owner).collect(Collectors.toSet()),
                jobs.stream().map(Job::id).collect(Collectors.toSet()));
    }

    boolean mayInclude(String job) {
        return ids == null || ids.contains(job);
    }

    boolean includes(Job job) {
        return owners.contains(job.owner()) && mayInclude(job.id());
    }

    /** Tells this selection from others of the same user. */
    public String name() {
        return ids == null ? "*" : String.join(",", ids.stream().sorted().toList());
    }
}
