/**
 * Runs the built WAR in a real Tomcat: {@code mvn -Prun package}, and the servers that tests start as processes of their own.
 *
 * <p>Not part of the WAR: compiled to {@code target/launcher-classes}, and run with nothing but {@code tomcat-embed-core} beside it,
 * so that the WAR's classes come from the WAR, by the web application's class loader, as they do in production.
 * Why so, and not by a plugin: {@code docs/decisions/0002-run-command.md}.
 */
@NullMarked
package dev.tidings.launch;

import org.jspecify.annotations.NullMarked;
