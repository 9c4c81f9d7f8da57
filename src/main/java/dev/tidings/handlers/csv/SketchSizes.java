package dev.tidings.handlers.csv;

/**
 * How large the sketches of one column may grow: the more columns, the smaller, so that all together stay below about
 * 50 MB.
 *
 * @param distinct nominal entries of the Theta sketch: exact up to them, then within 3 % (4,096) to 9 % (512), 95 times
 *     of 100
 * @param quantiles k of the KLL sketch: ranks within 0.7 % (400) or 1.3 % (200), 99 times of 100
 * @param frequent map size of the frequent-items sketch: exact up to three quarters of it
 */
record SketchSizes(int distinct, int quantiles, int frequent) {
    static SketchSizes forColumns(int columns) {
        if (columns <= 64) {
            return new SketchSizes(4096, 400, 1024);
        }
        return columns <= 400 ? new SketchSizes(1024, 200, 256) : new SketchSizes(512, 200, 64);
    }
}
