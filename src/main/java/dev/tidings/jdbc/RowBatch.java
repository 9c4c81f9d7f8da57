package dev.tidings.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values for many rows of one table, to be written by one statement.
 *
 * <p>Threads: one.
 */
final class RowBatch {
    /** A column, named as in its table. */
    record Column(String name, Type type) {}

    /** What PostgreSQL calls a column's type. */
    enum Type {
        TEXT("text"),
        INTEGER("integer"),
        BIGINT("bigint"),
        BOOLEAN("boolean"),
        INSTANT("timestamptz");

        final String sql;

        Type(String sql) {
            this.sql = sql;
        }
    }

    final String table;
    final List<Column> columns;
    final List<@Nullable Object[]> values = new ArrayList<>();

    RowBatch(String table, List<Column> columns) {
        this.table = table;
        this.columns = columns;
    }

    /** Adds a row: a value for each column, in their order. */
    RowBatch add(@Nullable Object... row) {
        if (row.length != columns.size()) {
            throw new IllegalArgumentException(
                    row.length + " values for the " + columns.size() + " columns of " + table);
        }
        values.add(row);
        return this;
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    static Column text(String name) {
        return new Column(name, Type.TEXT);
    }

    static Column integer(String name) {
        return new Column(name, Type.INTEGER);
    }

    static Column bigint(String name) {
        return new Column(name, Type.BIGINT);
    }

    static Column flag(String name) {
        return new Column(name, Type.BOOLEAN);
    }

    static Column instant(String name) {
        return new Column(name, Type.INSTANT);
    }
}
