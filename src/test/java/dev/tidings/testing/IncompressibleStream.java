package dev.tidings.testing;

import java.io.InputStream;
import java.util.Random;

/** So many bytes that no compressor makes fewer. */
public final class IncompressibleStream extends InputStream {
    private final byte[] block = new byte[64 * 1024 - 1];
    private long left;

    public IncompressibleStream(long bytes) {
        new Random(bytes).nextBytes(block);
        left = bytes;
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("read by blocks");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (left == 0) {
            return -1;
        }
        int count = (int) Math.min(Math.min(length, block.length), left);
        block[(int) (left % block.length)]++;
        System.arraycopy(block, 0, bytes, offset, count);
        left -= count;
        return count;
    }
}
