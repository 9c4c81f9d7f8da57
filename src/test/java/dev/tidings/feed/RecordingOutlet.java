package dev.tidings.feed;

import dev.tidings.job.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** An outlet that notes what it is told, and whose client can stop reading or leave. Used by one thread. */
final class RecordingOutlet implements Outlet {
    final List<Long> received = new ArrayList<>();
    final List<String> said = new ArrayList<>();
    CloseReason end;
    boolean aborted;
    boolean room = true;
    boolean left;
    int flushes;

    @Override
    public boolean ready() throws IOException {
        if (left) {
            throw new IOException("the client has left");
        }
        return room;
    }

    @Override
    public void entries(Batch batch) {
        batch.entries().forEach(entry -> {
            received.add(entry.seq());
            said.add(entry.toString());
        });
    }

    @Override
    public void snapshot(Job job, boolean reset) {
        said.add((reset ? "reset " : "snapshot ") + job.seq());
    }

    @Override
    public void deleted(String job) {
        said.add("deleted");
    }

    @Override
    public void echo() {
        said.add("echo");
    }

    @Override
    public void heartbeat() {
        said.add("heartbeat");
    }

    @Override
    public boolean flush(boolean upToDate) {
        flushes++;
        return true;
    }

    @Override
    public void end(CloseReason reason) {
        end = reason;
    }

    @Override
    public void abort() {
        aborted = true;
    }
}
