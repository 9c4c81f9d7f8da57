package dev.tidings.client;

import java.util.Random;

/**
 * What stands between.
 *
 * @param hold what it keeps of a stream until its end: nothing, all, or the last piece
 * @param cutMs when it cuts a response; 0 for never
 * @param cutBytes after how many bytes it does; 0 for never
 * @param cutsCleanly whether a cut looks like an end
 * @param block which requests it answers by a page of its own
 * @param down whether requests fail, or hang for ever
 * @param limited whether the server has too many readers that wait
 * @param busy whether the server is without its store
 * @param stale whether a cache now and then answers a poll as it did before, whatever its URI
 */
record SimPath(
        long latencyMs,
        Hold hold,
        long cutMs,
        int cutBytes,
        boolean cutsCleanly,
        Block block,
        int blockStatus,
        Down down,
        boolean limited,
        boolean busy,
        boolean stale) {

    enum Hold {
        NOTHING,
        ALL,
        LAST
    }

    enum Block {
        NOTHING,
        STREAMS,
        ALL
    }

    enum Down {
        NO,
        FAILS,
        HANGS
    }

    static final SimPath CLEAR =
            new SimPath(20, Hold.NOTHING, 0, 0, true, Block.NOTHING, 403, Down.NO, false, false, false);

    SimPath hold(Hold other) {
        return new SimPath(
                latencyMs, other, cutMs, cutBytes, cutsCleanly, block, blockStatus, down, limited, busy, stale);
    }

    SimPath cut(long ms, boolean cleanly) {
        return new SimPath(latencyMs, hold, ms, cutBytes, cleanly, block, blockStatus, down, limited, busy, stale);
    }

    SimPath cutBytes(int bytes) {
        return new SimPath(latencyMs, hold, cutMs, bytes, cutsCleanly, block, blockStatus, down, limited, busy, stale);
    }

    SimPath block(Block what, int status) {
        return new SimPath(latencyMs, hold, cutMs, cutBytes, cutsCleanly, what, status, down, limited, busy, stale);
    }

    SimPath down(Down how) {
        return new SimPath(
                latencyMs, hold, cutMs, cutBytes, cutsCleanly, block, blockStatus, how, limited, busy, stale);
    }

    SimPath limited(boolean now) {
        return new SimPath(latencyMs, hold, cutMs, cutBytes, cutsCleanly, block, blockStatus, down, now, busy, stale);
    }

    SimPath busy(boolean now) {
        return new SimPath(
                latencyMs, hold, cutMs, cutBytes, cutsCleanly, block, blockStatus, down, limited, now, stale);
    }

    /** One that lets at least a plain request through. */
    static SimPath passable(Random random) {
        return new SimPath(
                random.nextInt(400),
                pick(random, Hold.NOTHING, Hold.NOTHING, Hold.ALL, Hold.LAST),
                random.nextInt(3) == 0 ? 3_000 + random.nextInt(60_000) : 0,
                0,
                random.nextBoolean(),
                random.nextInt(4) == 0 ? Block.STREAMS : Block.NOTHING,
                pick(random, 200, 302, 403, 407, 502),
                Down.NO,
                random.nextInt(4) == 0,
                false,
                random.nextInt(4) == 0);
    }

    /** Any. */
    static SimPath any(Random random) {
        SimPath path = passable(random)
                .cutBytes(random.nextInt(3) == 0 ? 1 + random.nextInt(3_000) : 0)
                .down(pick(random, Down.NO, Down.NO, Down.NO, Down.FAILS, Down.HANGS))
                .busy(random.nextInt(4) == 0);
        return random.nextInt(5) == 0 ? path.block(Block.ALL, path.blockStatus()) : path;
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }
}
