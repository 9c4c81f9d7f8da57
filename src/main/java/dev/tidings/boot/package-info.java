/**
 * Puts Tidings together when the container starts the application, and takes it apart when it stops.
 *
 * <p>The only room that reads settings, looks things up in JNDI, makes executors and knows all other rooms; everything
 * is wired by constructors. What is started here is stopped here, in reverse order.
 */
@NullMarked
package dev.tidings.boot;

import org.jspecify.annotations.NullMarked;
