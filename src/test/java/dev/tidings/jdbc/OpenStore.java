package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import java.nio.file.Path;

/** A process that opens a store, and submits jobs until it is killed; each id is printed when it was acknowledged. */
final class OpenStore {
    private OpenStore() {}

    public static void main(String[] arguments) {
        try (JdbcStore store = JdbcStore.open(StoreSettings.embedded(Path.of(arguments[0])))) {
            while (arguments.length > 1) {
                var submission =
                        new SubmissionBuilder("a").maxQueued(Integer.MAX_VALUE).build();
                store.jobs().submit(submission);
                System.out.println(submission.id());
            }
        } catch (StoreException e) {
            System.out.println(e.getMessage());
        }
    }
}
