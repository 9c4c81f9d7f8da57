package dev.tidings.handlers;

import dev.tidings.job.PermanentFailure;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A hash function that {@link DigestHandler} offers: Java's name of it, and the usual name of a file of its sums. */
enum HashAlgorithm {
    MD5("MD5", "MD5SUMS"),
    SHA_1("SHA-1", "SHA1SUMS"),
    SHA_224("SHA-224", "SHA224SUMS"),
    SHA_256("SHA-256", "SHA256SUMS"),
    SHA_384("SHA-384", "SHA384SUMS"),
    SHA_512("SHA-512", "SHA512SUMS"),
    SHA_512_256("SHA-512/256", "SHA512-256SUMS"),
    SHA3_256("SHA3-256", "SHA3-256SUMS"),
    SHA3_384("SHA3-384", "SHA3-384SUMS"),
    SHA3_512("SHA3-512", "SHA3-512SUMS");

    private final String javaName;
    private final String sumsFile;

    HashAlgorithm(String javaName, String sumsFile) {
        this.javaName = javaName;
        this.sumsFile = sumsFile;
    }

    /** The name in parameters and results, which is {@link MessageDigest}'s. */
    String javaName() {
        return javaName;
    }

    /** The name of the artifact that lists the sums. */
    String sumsFile() {
        return sumsFile;
    }

    /** A fresh computation. */
    MessageDigest start() {
        try {
            return MessageDigest.getInstance(javaName);
        } catch (NoSuchAlgorithmException e) {
            throw new PermanentFailure("this server's Java does not offer " + javaName, e);
        }
    }

    /**
     * The algorithm of that name.
     *
     * @throws PermanentFailure when there is none
     */
    static HashAlgorithm of(String name) {
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.javaName.equals(name)) {
                return algorithm;
            }
        }
        throw new PermanentFailure("unknown algorithm '" + name + "'; there are " + names(", "));
    }

    /** All names, parted by {@code separator}. */
    static String names(String separator) {
        return Arrays.stream(values()).map(HashAlgorithm::javaName).collect(Collectors.joining(separator));
    }
}
