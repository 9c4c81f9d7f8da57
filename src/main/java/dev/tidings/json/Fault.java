package dev.tidings.json;

/**
 * One thing that is wrong with a request's JSON.
 *
 * @param pointer where, as a JSON pointer into the request's document
 * @param detail what is wrong and what would be right
 */
public record Fault(String pointer, String detail) {}
