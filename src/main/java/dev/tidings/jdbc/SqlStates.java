package dev.tidings.jdbc;

import dev.tidings.log.StoreException.Reason;
import java.sql.SQLException;
import java.util.Set;

/**
 * What an error of a database means: the one place that knows SQL states.
 *
 * <p>Source: PostgreSQL's documentation, appendix A "Error Codes", and {@code org.h2.api.ErrorCode}, whose numbers are
 * H2's states.
 */
final class SqlStates {
    private static final int H2_IN_USE = 90020;

    /** 53100 disk full, 25006 read-only, 90028 and 90031 H2's errors of input and output. */
    private static final Set<String> FULL = Set.of("53100", "25006", "90028", "90031");

    private SqlStates() {}

    /** Whether the database gave the transaction up, and the same transaction may succeed at once. */
    static boolean transientFailure(SQLException e) {
        // 40001 serialization failure (H2: deadlock), 40P01 deadlock, 23505 another transaction inserted the same key
        // first, HYT00 and 90131: H2's lock timeout and concurrent update.
        return switch (state(e)) {
            case "40001", "40P01", "23505", "HYT00", "90131" -> true;
            default -> false;
        };
    }

    /** Whether the connection cannot be used any more. */
    static boolean brokenConnection(SQLException e) {
        // 08 broken, 57P the server goes away, 25P03 a silent transaction was ended, 901 H2 is closed.
        String state = state(e);
        return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03") || state.startsWith("901");
    }

    /** Whether the database itself is closed: H2 closes it after an error of its file or when memory runs out. */
    static boolean closedDatabase(SQLException e) {
        // 90098 closed, 90121 closed by the exit hook, 90067 the connection is broken, 90007 the object is closed.
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && switch (state(sql)) {
                        case "90098", "90121", "90067" -> true;
                        default -> false;
                    }) {
                return true;
            }
        }
        return false;
    }

    /** Whether another process has the file of an embedded database open. */
    static boolean inUse(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() == H2_IN_USE) {
                return true;
            }
        }
        return false;
    }

    /** Why the database failed. A state that nobody knows is a refusal: the database answered, and a trigger may have made it up. */
    static Reason reason(SQLException e) {
        String state = state(e);
        if (state.length() != 5) {
            return Reason.OUTAGE; // the pool and the driver have no state when there is no connection
        }
        if (FULL.contains(state)) {
            return Reason.FULL;
        }
        return switch (state.substring(0, 2)) {
            // Input and output of the database server.
            case "58" -> Reason.FULL;
            // 08 connection, 25 state of the transaction, 40 rolled back, 53 resources, 55 lock not available, 57
            // operator
            // intervention and timeouts, 90 and HY H2's own, 99 the driver, XX internal errors.
            case "08", "25", "40", "53", "55", "57", "90", "99", "HY", "XX" -> Reason.OUTAGE;
            // 0A not supported, 26 unknown prepared statement, 28 sign-in, 3D and 3F unknown database or schema, 42
            // unknown
            // names and missing privileges.
            case "0A", "26", "28", "3D", "3F", "42" -> Reason.MISCONFIGURED;
            // 22 data, 23 constraints, 54 limits of the database, P0 and 45 exceptions of triggers, and whatever else.
            default -> Reason.REFUSED;
        };
    }

    private static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }
}
