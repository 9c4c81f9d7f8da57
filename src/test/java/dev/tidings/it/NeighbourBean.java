package dev.tidings.it;

/** The enterprise bean of {@link Neighbour}, by {@code ejb-jar.xml}. */
public class NeighbourBean {
    /** The bean's business. */
    public String greet(String name) {
        return "hello " + name;
    }
}
