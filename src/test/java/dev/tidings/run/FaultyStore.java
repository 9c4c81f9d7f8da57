package dev.tidings.run;

import dev.tidings.log.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.DoubleSupplier;

/** Makes a store fail: before it does anything, or after it has committed. */
final class FaultyStore {
    /** Every call fails. */
    boolean away;

    /** The next call of this method commits and fails. */
    String failAfter = "";

    /** Runs before the next call of {@link #slow} answers what it has committed. */
    Runnable meanwhile = () -> {};

    String slow = "";

    double failsBefore;
    double failsAfter;
    DoubleSupplier random = () -> 1;
    long calls;
    long failed;

    <T> T over(Class<T> port, T store) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, args) -> {
            if (method.getDeclaringClass() == Object.class) {
                return method.invoke(store, args);
            }
            calls++;
            if (away || random.getAsDouble() < failsBefore) {
                failed++;
                throw new StoreException("no connection for " + method.getName(), null);
            }
            Object answer;
            try {
                answer = method.invoke(store, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            if (slow.equals(method.getName())) {
                slow = "";
                meanwhile.run();
            }
            if (failAfter.equals(method.getName()) || random.getAsDouble() < failsAfter) {
                failAfter = "";
                failed++;
                throw new StoreException("connection lost in " + method.getName(), null);
            }
            return answer;
        }));
    }
}
