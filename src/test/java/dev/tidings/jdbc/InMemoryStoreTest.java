package dev.tidings.jdbc;

import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.testing.InMemoryStore;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The store in memory")
class InMemoryStoreTest extends StoreContract {
    private final InMemoryStore store = new InMemoryStore(InstantSource.system());

    @Override
    JobStore jobs() {
        return store;
    }

    @Override
    ArtifactStore blobs() {
        return store;
    }

    @Override
    AutoCloseable hold(String job) {
        store.hold(job);
        return () -> store.release(job);
    }
}
