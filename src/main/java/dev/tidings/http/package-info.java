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
 *
 * <p>What each route needs, and what one request of it can hold (2026-11-30). A permit is one of {@code tidings.limits.streams}
 * and {@code .streamsPerUser}. Every route: a body that nobody reads is read off for 2 s and 1 MiB at most
 * ({@code UnreadBody}).
 *
 * <table>
 *   <caption>Routes</caption>
 *   <tr><th>route</th><th>role</th><th>counts</th><th>holds</th></tr>
 *   <tr><td>GET api/jobs</td><td>user, worker</td><td>no</td><td>a store thread; 20 jobs; a page of 256 KiB</td></tr>
 *   <tr><td>POST api/jobs, JSON</td><td>user</td><td>queuedPerUser; with wait a permit, else it is answered at once</td><td>a body of limits.body</td></tr>
 *   <tr><td>POST api/jobs, files or chunked</td><td>user</td><td>uploads, half of them a user</td><td>an upload thread, at 1 KiB/s at least; a chunk</td></tr>
 *   <tr><td>GET api/jobs/{id}</td><td>user, worker</td><td>with wait a permit, else 429</td><td>an entry in a feed and the timer</td></tr>
 *   <tr><td>DELETE api/jobs/{id}, POST cancel, retry</td><td>user, worker</td><td>retry: queuedPerUser</td><td>a store thread</td></tr>
 *   <tr><td>GET api/jobs/{id}/events, api/events</td><td>user, worker</td><td>a permit</td><td>a cursor; a batch while it is written</td></tr>
 *   <tr><td>GET api/path-check</td><td>user, worker</td><td>a permit, except wait=0</td><td>an entry in the timer</td></tr>
 *   <tr><td>GET api/jobs/{id}/artifacts/{name}</td><td>user, worker</td><td>no</td><td>a chunk of 256 KiB while the client takes it</td></tr>
 *   <tr><td>POST api/jobs/{id}/events</td><td>worker</td><td>chunked: workers' uploads</td><td>a body of limits.body</td></tr>
 *   <tr><td>PUT api/jobs/{id}/artifacts/{name}</td><td>worker</td><td>workers' uploads</td><td>an upload thread; a chunk</td></tr>
 *   <tr><td>GET api/types</td><td>user, worker</td><td>no</td><td>nothing</td></tr>
 *   <tr><td>GET health/live; health/ready</td><td>none</td><td>no</td><td>nothing; a store thread for one query</td></tr>
 *   <tr><td>GET metrics; POST admin/drain, admin/restored</td><td>admin</td><td>no</td><td>a store thread</td></tr>
 *   <tr><td>GET login; POST logout</td><td>the container's; none</td><td>no</td><td>a session</td></tr>
 * </table>
 */
@NullMarked
package dev.tidings.http;

import org.jspecify.annotations.NullMarked;
