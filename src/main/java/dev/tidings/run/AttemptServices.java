package dev.tidings.run;

import dev.tidings.log.Appender;
import dev.tidings.log.ArtifactStore;
import dev.tidings.time.Timer;
import java.util.random.RandomGenerator;

/** The services that all attempts at this node share. */
record AttemptServices(
        Appender appender,
        ArtifactStore blobs,
        StoreThreads storeThreads,
        Timer timer,
        Binding binding,
        RandomGenerator random,
        RunSettings settings) {}
