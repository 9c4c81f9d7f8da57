/**
 * Who may do what (contract §9), and what holds for every request: security headers, {@code Host}, origins, sessions
 * that only read.
 *
 * <p>Choices (2026-11-24): the container authenticates, and only {@code /login} is constrained in the descriptor, so
 * that no login page ever answers a request of the API. Credentials that come with a request ({@code Authorization}) are
 * handed to the container here.
 */
@NullMarked
package dev.tidings.http.guard;

import org.jspecify.annotations.NullMarked;
