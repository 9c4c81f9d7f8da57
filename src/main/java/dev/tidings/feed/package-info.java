/**
 * Readers of logs: who waits at which cursor, and how they are told.
 *
 * <p>A {@link dev.tidings.feed.Subscription} pumps what follows its cursor from a {@link dev.tidings.feed.Source} to an
 * {@link dev.tidings.feed.Outlet}. A wake-up carries no event: growth here, a hint from another node, room on the
 * connection, all only make the pump look again. So replay, live delivery, slow clients and changes of node are one
 * path, and a slow client costs its cursor and nothing else.
 *
 * <p>One event's way: {@code Feeds} tells the job's {@code Feed}, whose segment takes the entries in. The {@code SubscriberSet}
 * wakes the readers. Each one's {@code Pump} asks its {@code Source} for a {@code Delivery}, which writes itself to the outlet.
 * A {@code JobSource} holds one cursor, a {@code MultiJobSource} one for each job. A {@code LogLoader} reads what memory lacks.
 *
 * <p>Threads: {@link dev.tidings.feed.Feeds#grown} runs on store threads. Pumps run on the quick executor, or on the slow one
 * for connections whose writes have blocked. Loads run on store threads, deadlines on the timer.
 *
 * <p>Locks: none is held while writing or reading. The order is: an entry of the {@code FeedMap}, then a {@code Feed}'s own.
 * A {@code MultiJobSource} and the requests of the loader have one lock each and take no other.
 */
@NullMarked
package dev.tidings.feed;

import org.jspecify.annotations.NullMarked;
