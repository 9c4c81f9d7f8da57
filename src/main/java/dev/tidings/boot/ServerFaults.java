package dev.tidings.boot;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of servers with known faults in what this application uses: asynchronous responses, HTTP/2 and redirects.
 *
 * <p>As published on 2026-11-30. A version that is newer than all of them is in none of the ranges.
 */
final class ServerFaults {
    private static final Pattern TOMCAT = Pattern.compile("Tomcat/(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})");
    private static final Pattern UNDERTOW = Pattern.compile("Undertow\\D{0,3}(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})");

    private static final List<Fault> FAULTS = List.of(
            new Fault(TOMCAT, "11.0.22", "11.0.26", "mixes up HTTP/2 responses (CVE-2026-101356)"),
            new Fault(TOMCAT, "10.1.55", "10.1.60", "mixes up HTTP/2 responses (CVE-2026-101356)"),
            new Fault(TOMCAT, "11.0.0", "11.0.9", "can be stopped by HTTP/2 resets (CVE-2025-48989)"),
            new Fault(TOMCAT, "10.1.0", "10.1.43", "can be stopped by HTTP/2 resets (CVE-2025-48989)"),
            new Fault(TOMCAT, "11.0.0", "11.0.28", "can be stopped by HTTP/2 requests (CVE-2026-116830)"),
            new Fault(TOMCAT, "10.1.0", "10.1.61", "can be stopped by HTTP/2 requests (CVE-2026-116830)"),
            new Fault(TOMCAT, "11.0.0", "11.0.28", "leaks on an upgrade to HTTP/2 (CVE-2026-118233)"),
            new Fault(TOMCAT, "10.1.0", "10.1.61", "leaks on an upgrade to HTTP/2 (CVE-2026-118233)"),
            new Fault(TOMCAT, "11.0.0", "11.0.28", "redirects to other sites (CVE-2026-117517)"),
            new Fault(TOMCAT, "10.1.0", "10.1.61", "redirects to other sites (CVE-2026-117517)"),
            new Fault(UNDERTOW, "2.0.0", "2.3.19", "can be stopped by HTTP/2 resets (CVE-2025-9784)"),
            new Fault(
                    UNDERTOW,
                    "2.0.0",
                    "2.3.20",
                    "lets requests be smuggled past a proxy (CVE-2026-28367, -28368, -28369)"));

    private ServerFaults() {}

    /**
     * What is wrong with a server.
     *
     * @param server as {@code ServletContext.getServerInfo} tells it, such as {@code Apache Tomcat/11.0.29}
     * @return one sentence's end for each fault; empty for a version without known ones, and for other servers
     */
    static List<String> of(String server) {
        return FAULTS.stream()
                .filter(fault -> fault.in(server))
                .map(Fault::what)
                .toList();
    }

    /** What versions from {@code first} to {@code last} do. */
    private record Fault(Pattern server, String first, String last, String what) {
        boolean in(String info) {
            Matcher version = server.matcher(info);
            if (!version.find()) {
                return false;
            }
            int[] found = {number(version.group(1)), number(version.group(2)), number(version.group(3))};
            return Arrays.compare(found, numbers(first)) >= 0 && Arrays.compare(found, numbers(last)) <= 0;
        }

        private static int[] numbers(String version) {
            return Arrays.stream(version.split("\\.", -1))
                    .mapToInt(Fault::number)
                    .toArray();
        }

        private static int number(String digits) {
            return Integer.parseInt(digits);
        }
    }
}
