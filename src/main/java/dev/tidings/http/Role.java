package dev.tidings.http;

/** What a caller may do (contract §9). */
public enum Role {
    /** Submits jobs and sees its own. */
    USER("tidings-user"),
    /** Sees all jobs, and runs the service. */
    ADMIN("tidings-admin"),
    /** Reads and reports on jobs of type {@code external}. */
    WORKER("tidings-worker");

    private final String containerName;

    Role(String containerName) {
        this.containerName = containerName;
    }

    /** The role's name in the container. */
    public String containerName() {
        return containerName;
    }
}
