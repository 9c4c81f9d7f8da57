/**
 * The built WAR in the servers it is made for, seen from outside by HTTP. The same classes run in each server; see {@link dev.tidings.it.InServer}.
 */
@NullMarked
package dev.tidings.it;

import org.jspecify.annotations.NullMarked;
