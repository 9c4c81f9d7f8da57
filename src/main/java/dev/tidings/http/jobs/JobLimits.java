package dev.tidings.http.jobs;

import java.time.Duration;

/**
 * Bounds and names that submissions need (contract §11).
 *
 * @param maxBodyBytes of a JSON body
 * @param maxUploadBytes of a whole request with files
 * @param queuedPerUser unstarted jobs of one owner
 * @param longestWait cap of {@code wait}
 * @param node this node's name
 * @param workerTimeout silence after which an external worker counts as lost
 */
public record JobLimits(
        long maxBodyBytes,
        long maxUploadBytes,
        int queuedPerUser,
        Duration longestWait,
        String node,
        Duration workerTimeout) {}
