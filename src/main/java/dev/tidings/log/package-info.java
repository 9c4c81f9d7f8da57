/** The log of every job: its words, its ports to the store, and the writer that groups what a node has to say. */
@NullMarked
package dev.tidings.log;

import org.jspecify.annotations.NullMarked;
