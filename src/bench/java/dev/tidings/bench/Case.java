package dev.tidings.bench;

import java.util.List;

/**
 * One line of the targets.
 *
 * @param peers who runs it beside Tidings: {@code spring}, {@code nchan}
 * @param before what is published in each run before it is measured
 * @param warmUp seconds of the load in each run that warms a server up; 0 for no such run
 */
record Case(String name, String title, Readers.Crowd crowd, Load before, Load load, int warmUp, List<String> peers) {
    private static final List<String> BOTH = List.of("spring", "nchan");

    /** Of a client that takes nothing the kernel keeps some 2.5 MB on a loopback interface; only what is beyond blocks. */
    private static final Load FILL = Load.steady(25, 20).of(7000);

    static final List<Case> ALL = List.of(
            new Case(
                    "fanout",
                    "1 job × 1,000 readers, as fast as possible, up to 64 events under way",
                    one(1000),
                    Load.flood(6, 64),
                    12,
                    BOTH),
            new Case("fanout8", "the same, up to 8 events under way", one(1000), Load.flood(6, 8), 8, BOTH),
            new Case(
                    "single",
                    "the same, one flush per event (one event under way)",
                    one(1000),
                    Load.flood(6, 1),
                    8,
                    BOTH),
            new Case("wide", "1 job × 10,000 readers, one event a second", one(10_000), Load.steady(15, 1), 10, BOTH),
            new Case(
                    "jobs",
                    "2,000 jobs × 1 reader, one event a second each",
                    each(2000, false),
                    Load.steady(10, 2000),
                    15,
                    BOTH),
            new Case(
                    "polls",
                    "2,000 waiting long polls, one event a second each",
                    each(2000, true),
                    Load.steady(10, 2000),
                    15,
                    List.of("nchan")),
            new Case(
                    "quick",
                    "2,000 readers, 20 events of 1 kB a second, all read",
                    one(2000),
                    Load.steady(10, 20).of(900),
                    10,
                    BOTH),
            new Case(
                    "stuck",
                    "the same, a tenth of the readers take nothing",
                    new Readers.Crowd(2000, 1, false, 0.1),
                    FILL,
                    Load.steady(10, 20).of(900),
                    0,
                    BOTH),
            new Case(
                    "scale1k",
                    "1 job × 1,000 readers, ten events a second",
                    one(1000),
                    Load.steady(10, 10),
                    10,
                    List.of()),
            new Case(
                    "scale10k",
                    "1 job × 10,000 readers, one event a second",
                    one(10_000),
                    Load.steady(10, 1),
                    10,
                    List.of()));

    private Case(String name, String title, Readers.Crowd crowd, Load load, int warmUp, List<String> peers) {
        this(name, title, crowd, load.lasting(2), load, warmUp, peers);
    }

    private static Readers.Crowd one(int readers) {
        return new Readers.Crowd(readers, 1, false, 0);
    }

    private static Readers.Crowd each(int readers, boolean poll) {
        return new Readers.Crowd(readers, readers, poll, 0);
    }
}
