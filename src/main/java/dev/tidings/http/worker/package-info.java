/** What external workers report over HTTP (contract §8). */
@NullMarked
package dev.tidings.http.worker;

import org.jspecify.annotations.NullMarked;
