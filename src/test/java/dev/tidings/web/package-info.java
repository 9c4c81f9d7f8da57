/** Tests of what the browser gets. */
@NullMarked
package dev.tidings.web;

import org.jspecify.annotations.NullMarked;
