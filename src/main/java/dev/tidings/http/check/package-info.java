/** Is the path clear? (contract §6.1): a stream and a long poll that need no job. */
@NullMarked
package dev.tidings.http.check;

import org.jspecify.annotations.NullMarked;
