/**
 * The pages in a real Chromium, against the built WAR in a process of its own, through gateways of the tests' own. Playwright drives the Chromium that
 * the machine has; where there is none, these tests say so and are skipped.
 */
package dev.tidings.it.browser;
