/** For balancers and operators (contract §10): health, metrics, drain, the word after a restore. */
@NullMarked
package dev.tidings.http.ops;

import org.jspecify.annotations.NullMarked;
