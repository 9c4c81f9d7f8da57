package dev.tidings.http;

import java.util.List;
import java.util.Locale;

/**
 * What a client accepts (RFC 9110 §12.5.1), asked for one media type at a time; of {@code Accept-Encoding} (§12.5.3), for
 * one coding that it names.
 *
 * <p>What cannot be read of the header is passed over; without the header anything is accepted.
 */
public final class Accept {
    private static final int EXACT = 2;

    private final List<String> ranges;

    /**
     * Reads the headers of a request.
     *
     * @param lines all lines of the header
     */
    public Accept(List<String> lines) {
        ranges = List.of(String.join(",", lines).toLowerCase(Locale.ROOT).split(",", -1)).stream()
                .map(String::strip)
                .filter(range -> !range.isEmpty())
                .toList();
    }

    /** Whether the header says nothing at all. */
    public boolean absent() {
        return ranges.isEmpty();
    }

    /**
     * How much a media type is wanted: 0 for not at all, up to 1. The most specific range that matches decides.
     *
     * @param mediaType in lower case, without parameters
     */
    public double quality(String mediaType) {
        double quality = absent() ? 1 : 0;
        int best = -1;
        for (String range : ranges) {
            String[] parts = range.split(";", -1);
            int match = match(parts[0].strip(), mediaType);
            if (match > best) {
                best = match;
                quality = weight(parts);
            }
        }
        return quality;
    }

    /** Whether the media type itself is named, not only a range around it. */
    public boolean names(String mediaType) {
        return ranges.stream().anyMatch(range -> match(range.split(";", -1)[0].strip(), mediaType) == EXACT);
    }

    /** 2 for the type itself, 1 for {@code type/*}, 0 for any, -1 for another. */
    private static int match(String range, String mediaType) {
        if (range.equals(mediaType)) {
            return EXACT;
        }
        int slash = mediaType.indexOf('/');
        if (slash >= 0 && range.equals(mediaType.substring(0, slash) + "/*")) {
            return 1;
        }
        return range.equals("*/*") || range.equals("*") ? 0 : -1; // java.net.URLConnection sends "*"
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Math.max(0, Math.min(1, Double.parseDouble(parameter.substring(2))));
                } catch (NumberFormatException unreadable) {
                    return 1;
                }
            }
        }
        return 1;
    }
}
