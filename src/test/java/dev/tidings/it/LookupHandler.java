package dev.tidings.it;

import dev.tidings.job.JobContext;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** A job that tells what its thread sees of the application: names, and classes by the thread's class loader. */
public final class LookupHandler implements JobHandler<LookupHandler.Params> {
    /** What to look up. */
    public record Params(List<String> names) {}

    @Override
    public JobType<Params> type() {
        return new JobType<>("look-up", "Look up", "Looks up names.", Params.class, "{\"type\": \"object\"}", 0, 0);
    }

    @Override
    public Map<String, String> run(Params params, JobContext context) {
        var seen = new TreeMap<String, String>();
        for (String name : params.names()) {
            seen.put(name, lookUp(name));
        }
        seen.put("this class by the thread's class loader", loadedAgain());
        return seen;
    }

    private static String loadedAgain() {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return Class.forName(LookupHandler.class.getName(), false, loader) == LookupHandler.class
                    ? "found"
                    : "another";
        } catch (ClassNotFoundException e) {
            return e.toString();
        }
    }

    @SuppressWarnings("BanJNDI") // the names are the test's
    private static String lookUp(String name) {
        try {
            return new InitialContext().lookup(name) == null ? "null" : "found";
        } catch (NamingException e) {
            return e.toString();
        }
    }
}
