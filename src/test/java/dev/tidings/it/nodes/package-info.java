/**
 * Several real nodes over one PostgreSQL, broken on purpose: killed, stopped, cut off, drained, restarted, while readers
 * hop between them. What every reader saw is held to the contract afterwards by {@link dev.tidings.it.nodes.Sightings}.
 */
@NullMarked
package dev.tidings.it.nodes;

import org.jspecify.annotations.NullMarked;
