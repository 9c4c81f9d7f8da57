package dev.tidings.it.nodes;

import dev.tidings.job.JobContext;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobType;

/** Work that harms its node; put into a WAR by {@link PoisonIT}. */
public final class PoisonHandler implements JobHandler<PoisonHandler.Params> {
    /**
     * What it does.
     *
     * @param how {@code halt} ends the JVM, {@code heap} takes all memory, {@code loop} never ends and hears nothing
     */
    public record Params(String how) {}

    @Override
    public JobType<Params> type() {
        return new JobType<>("poison", "Poison", "Harms its node.", Params.class, "{\"type\": \"object\"}", 0, 0);
    }

    @Override
    public Object run(Params params, JobContext context) {
        switch (params.how()) {
            case "halt" -> Runtime.getRuntime().halt(3);
            case "heap" -> eat();
            default -> loop(context);
        }
        return null;
    }

    /** The memory is free again when the failure that this ends by has left the thread. */
    private static void eat() {
        byte[][] eaten = new byte[1 << 16][];
        for (int i = 0; ; i = (i + 1) % eaten.length) {
            eaten[i] = new byte[1 << 20];
        }
    }

    private static void loop(JobContext context) {
        for (long step = 1; ; step++) {
            if (step % 100_000_000 == 0) {
                context.progress(step, 0, "steps");
            }
        }
    }
}
