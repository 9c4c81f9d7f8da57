package dev.tidings.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/** Looks up what the container has for the application. */
final class Jndi {
    private static final Logger LOG = System.getLogger(Jndi.class.getName());

    private Jndi() {}

    /** The first of these names that is bound to such a thing; null when none is. */
    @SuppressWarnings("BanJNDI") // the names are constants in java:, which leads nowhere else
    static <T> @Nullable T lookUp(List<String> names, Class<T> type) {
        for (String name : names) {
            try {
                Object found = new InitialContext().lookup(name);
                if (type.isInstance(found)) {
                    return type.cast(found);
                }
            } catch (NamingException notBound) {
                LOG.log(Level.DEBUG, "{0} is not bound", name);
            }
        }
        return null;
    }
}
