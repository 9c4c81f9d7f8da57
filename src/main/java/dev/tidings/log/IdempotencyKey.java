package dev.tidings.log;

/**
 * A client's name for one request, under which it may be repeated (draft-ietf-httpapi-idempotency-key-header).
 *
 * @param owner whose key it is
 * @param key 1 to 255 characters
 * @param fingerprint a digest of the request's content; the same key with another one is refused
 */
public record IdempotencyKey(String owner, String key, String fingerprint) {}
