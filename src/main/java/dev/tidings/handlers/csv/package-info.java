/**
 * The {@code csv-profile} job: what is in a CSV file, column by column, in one reading and in bounded memory.
 *
 * <p>The way of a file: {@link dev.tidings.handlers.csv.TextSource} makes characters of bytes,
 * {@link dev.tidings.handlers.csv.Dialect} says what parts the fields, Apache Commons CSV makes rows,
 * {@link dev.tidings.handlers.csv.Table} hands each field to its {@link dev.tidings.handlers.csv.Column}, which keeps
 * sketches, and {@link dev.tidings.handlers.csv.ProfileJson} and {@link dev.tidings.handlers.csv.ProfileHtml} write down
 * what came out. Imports {@code dev.tidings.handlers}, {@code dev.tidings.job}, Commons CSV, DataSketches, jakarta.json.
 *
 * <p>Choices (2026-11-24): nothing in a file's content is fatal except its sheer width ({@code MAX_COLUMNS},
 * {@code MAX_ROW_CHARS}), since these would be memory; everything odd is counted and told. Distinct values by a Theta
 * sketch rather than HLL, because it is exact up to its size and knows when it is not; quantiles and histograms by KLL;
 * frequent values by the frequent-items sketch. Only sketches on the heap are used: off-heap ones need access to JDK
 * internals that newer JDKs refuse. The sizes of the sketches follow the number of columns ({@code Precision}).
 */
@NullMarked
package dev.tidings.handlers.csv;

import org.jspecify.annotations.NullMarked;
