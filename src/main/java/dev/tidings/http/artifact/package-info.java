/**
 * Artifacts over HTTP (contract §7): whole or in ranges, chunk by chunk from the store, never more than a chunk in
 * memory, and no connection to the database held while a client is waited for.
 */
@NullMarked
package dev.tidings.http.artifact;

import org.jspecify.annotations.NullMarked;
