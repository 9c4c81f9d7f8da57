/**
 * Two real nodes behind each real balancer, with the very configurations of {@code deploy/}: what a reader may rely on
 * without a balancer holds behind each of them, or the difference is written down in {@code docs/reference/balancers.md}.
 */
@NullMarked
package dev.tidings.it.balancers;

import org.jspecify.annotations.NullMarked;
