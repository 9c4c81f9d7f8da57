/**
 * Jobs over HTTP (contract §4): submit, look, list, cancel, retry, delete, and the types there are.
 *
 * <p>Bodies of JSON are read without a thread that waits. Files are read by a thread of the bounded upload executor and
 * go to the store chunk by chunk, hashed on the way; what was staged for a request that is refused is discarded.
 */
@NullMarked
package dev.tidings.http.jobs;

import org.jspecify.annotations.NullMarked;
