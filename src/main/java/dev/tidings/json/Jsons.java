package dev.tidings.json;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.spi.JsonProvider;

/**
 * The JSON implementations, looked up once: a look-up searches the class path, and making a {@link Jsonb} is slow.
 *
 * <p>Threads: any, for both.
 */
public final class Jsons {
    /** Reads and writes JSON values. */
    public static final JsonProvider PROVIDER = JsonProvider.provider();

    private Jsons() {}

    /** Maps JSON to public records and back. */
    public static Jsonb jsonb() {
        return Mapper.JSONB;
    }

    /** Made when first asked for. */
    private static final class Mapper {
        static final Jsonb JSONB = JsonbBuilder.create();
    }
}
