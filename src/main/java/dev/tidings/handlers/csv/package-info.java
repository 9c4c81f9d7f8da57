/**
 * The {@code csv-profile} job: what is in a CSV file, column by column, in one reading and in bounded memory.
 *
 * <p>Its rule: decide from the column, or say so; never a wrong figure without a note.
 *
 * <p>The way of a file: {@link dev.tidings.handlers.csv.TextSource} makes characters of bytes,
 * {@link dev.tidings.handlers.csv.FormatDetector} and {@link dev.tidings.handlers.csv.Layout} look at its beginning,
 * {@link dev.tidings.handlers.csv.RowReader} parts it into rows, {@link dev.tidings.handlers.csv.Table} hands each field to
 * its {@link dev.tidings.handlers.csv.Column}, which keeps sketches. At the end
 * {@link dev.tidings.handlers.csv.ColumnConclusion} decides what each column is, and
 * {@link dev.tidings.handlers.csv.ProfileJson} and {@link dev.tidings.handlers.csv.ProfilePage} write it down. Imports
 * {@code dev.tidings.handlers}, {@code dev.tidings.job}, DataSketches, juniversalchardet, jakarta.json.
 *
 * <p>Choices (2026-11-24): nothing in a file's content is fatal except its sheer width ({@code MAX_COLUMNS},
 * {@code MAX_ROW_CHARS}), since these would be memory; everything odd is counted and told. Distinct values by a Theta
 * sketch rather than HLL, because it is exact up to its size and knows when it is not; quantiles and histograms by KLL;
 * frequent values by the frequent-items sketch. Only sketches on the heap are used: off-heap ones need access to JDK
 * internals that newer JDKs refuse. The sizes of the sketches follow the number of columns ({@code SketchSizes}).
 *
 * <p>Choices (2026-11-30): a file of another kind fails for good and says what it is. Numbers and dates that can be read
 * in several ways are kept in each of them until the end, because only the whole column shows which is right. Rows are
 * parted by a reader of our own: Commons CSV does not tell of quotes that are never closed or closed too early, nor of
 * lines that a quote swallowed, and took a third of the time.
 */
@NullMarked
package dev.tidings.handlers.csv;

import org.jspecify.annotations.NullMarked;
