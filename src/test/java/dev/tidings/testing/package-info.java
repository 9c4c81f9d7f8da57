/** What tests of all rooms share: time that the test moves, fakes that pass the contracts of the real things, servers in processes of their own. */
@NullMarked
package dev.tidings.testing;

import org.jspecify.annotations.NullMarked;
