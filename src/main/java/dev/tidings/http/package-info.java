/**
 * HTTP: requests, answers and errors, shared by the rooms below, one for each resource.
 *
 * <p>Every request is an {@link dev.tidings.http.Exchange}: asynchronous from its first line, answered once, by
 * whichever thread has the answer, and written without blocking. {@link dev.tidings.http.ApiServlet} finds the
 * {@link dev.tidings.http.Resource} in a {@link dev.tidings.http.Routes} table and turns anything thrown into
 * {@code application/problem+json}, in one place. Imports {@code feed}, {@code run}, {@code log}, {@code job},
 * {@code json}, {@code time} and the Servlet API.
 *
 * <p>Choices (2026-11-24): no request parameters of the container are used, since asking for them may read a body;
 * the query is decoded here, strictly. Servlets and filters get what they need by their constructors and are
 * registered by {@code boot}, so there is no static state and a test wires them as it likes.
 */
@NullMarked
package dev.tidings.http;

import org.jspecify.annotations.NullMarked;
