/**
 * Readers of logs: who waits at which cursor, and how they are told.
 *
 * <p>A {@link dev.tidings.feed.Subscription} pumps what follows its cursor from a {@link dev.tidings.feed.Source} to an
 * {@link dev.tidings.feed.Outlet}. A wake-up carries no event: growth here, a hint from another node, room on the
 * connection, all only make the pump look again. So replay, live delivery, slow clients and changes of node are one
 * path, and a slow client costs its cursor and nothing else.
 *
 * <p>Who runs what: {@link dev.tidings.feed.Feeds#grown} on store threads; pumps on the quick executor, or on the slow
 * one for connections whose writes have blocked; loads on store threads; deadlines on the timer.
 *
 * <p>Locks, in this order, and none is held while writing or reading: an entry of the map of feeds
 * ({@code Feeds.feeds}), then a {@code Feed}'s own. A {@code ManySource} has its own and takes no other.
 */
@NullMarked
package dev.tidings.feed;

import org.jspecify.annotations.NullMarked;
