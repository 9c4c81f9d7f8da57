/**
 * JSON as the contract has it: what is written for readers and what is read from requests. Imports {@code job} and
 * {@code log}.
 */
@NullMarked
package dev.tidings.json;

import org.jspecify.annotations.NullMarked;
