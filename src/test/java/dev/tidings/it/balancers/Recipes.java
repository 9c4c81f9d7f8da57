package dev.tidings.it.balancers;

import dev.tidings.it.balancers.Recipe.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The balancers that are tried. */
final class Recipes {
    static final Recipe HAPROXY = Recipe.of("HAProxy", true, List.of("haproxy"), Recipes::haproxy);
    static final Recipe NGINX = Recipe.of("nginx", false, List.of("nginx"), Recipes::nginx);

    static final Recipe APACHE = Recipe.of(
            "Apache httpd",
            true,
            List.of("apache2"),
            (place, programs) -> apache(place, programs, Configuration.of("apache/httpd.conf")));
    static final Recipe APACHE_AJP = Recipe.of(
            "Apache httpd, AJP",
            false,
            List.of("apache2"),
            (place, programs) -> apache(place, programs, Configuration.of("apache/httpd.conf"), "-D", "AJP"));

    /** Not as it is advised: its connections are kept. */
    static final Recipe APACHE_AJP_KEPT = Recipe.of(
            "Apache httpd, AJP, kept",
            false,
            List.of("apache2"),
            (place, programs) -> apache(
                    place, programs, Configuration.of("apache/httpd.conf").with("disablereuse=on ", ""), "-D", "AJP"));

    static final Recipe VARNISH = Recipe.of("Varnish", true, List.of("varnishd"), Recipes::varnish);
    static final Recipe CADDY = Recipe.of("Caddy", true, List.of("caddy"), Recipes::caddy);

    /** In front of the first: a forward proxy is the office's, and knows nothing of nodes. */
    static final Recipe SQUID = Recipe.of("Squid", false, List.of("squid", "haproxy"), Recipes::squid);

    static final List<Recipe> ALL = List.of(HAPROXY, NGINX, APACHE, APACHE_AJP, VARNISH, CADDY, SQUID);

    private Recipes() {}

    private static Plan haproxy(BalancerContext place, List<Path> programs) throws IOException {
        int port = place.freePort();
        Configuration configuration = place.configuration("haproxy/haproxy.cfg")
                .with("bind :80 ", "bind 127.0.0.1:" + place.freePort() + " ")
                .with("bind :443 ", "bind 127.0.0.1:" + port + " ")
                .with("/etc/tidings", place.folder())
                .with("maxconn 20000", "maxconn 1000");
        if (!place.root()) {
            configuration.with("user haproxy", "").with("group haproxy", "");
        }
        return new Plan(
                List.of(programs.get(0).toString(), "-db", "-f", configuration.into(place.folder()) + ""),
                List.of(place.tls1(port), place.tls2(port)));
    }

    private static Plan nginx(BalancerContext place, List<Path> programs) throws IOException {
        int port = place.freePort();
        Path temporary = Files.createDirectories(place.folder().resolve("tmp"));
        var folders = new StringBuilder("http {\n");
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            folders.append("    ")
                    .append(kind)
                    .append("_temp_path ")
                    .append(temporary.resolve(kind))
                    .append(";\n");
        }
        Path file = place.configuration("nginx/nginx.conf")
                .with("user www-data;", place.root() ? "user www-data;" : "")
                .with("worker_processes auto;", "worker_processes 2;")
                .with("worker_rlimit_nofile 50000;", "")
                .with("worker_connections 20000;", "worker_connections 500;")
                .with("/run/nginx.pid", place.folder().resolve("nginx.pid"))
                .with("/var/log/nginx/error.log", "stderr")
                .with("http {\n", folders)
                .with("listen 80;", "listen 127.0.0.1:" + place.freePort() + ";")
                .with("listen 443 ", "listen 127.0.0.1:" + port + " ")
                .with("/etc/tidings", place.folder())
                .into(place.folder());
        return new Plan(
                List.of(programs.get(0).toString(), "-p", place.folder() + "", "-c", file + "", "-g", "daemon off;"),
                List.of(place.tls1(port), place.tls2(port)));
    }

    private static Plan apache(BalancerContext place, List<Path> programs, Configuration configuration, String... more)
            throws IOException {
        int port = place.freePort();
        Path file = place.nodesIn(configuration)
                .with("node1.internal:8009", "127.0.0.1:" + place.nodes().get(0).ajpPort())
                .with("node2.internal:8009", "127.0.0.1:" + place.nodes().get(1).ajpPort())
                .with("/var/run/apache2", place.folder())
                .with("/var/log/apache2/error.log", "/dev/stderr")
                .with("Listen 80\n", "")
                .with("Listen 443", "Listen 127.0.0.1:" + port)
                .with("*:443", "*:" + port)
                .with("ServerLimit 16", "ServerLimit 4")
                .with("MaxRequestWorkers 1024", "MaxRequestWorkers 256")
                .with("/etc/tidings", place.folder())
                .into(place.folder());
        var command = new ArrayList<>(List.of(programs.get(0).toString(), "-D", "FOREGROUND", "-f", file + ""));
        command.addAll(List.of(more));
        return new Plan(command, List.of(place.tls1(port)));
    }

    private static Plan varnish(BalancerContext place, List<Path> programs) throws IOException {
        int port = place.freePort();
        String file = "varnish/tidings.vcl";
        var configuration = Configuration.of(file);
        for (int node = 0; node < 2; node++) {
            configuration.with(
                    ".host = \"node" + (node + 1) + ".internal\"; .port = \"8080\"",
                    ".host = \"127.0.0.1\"; .port = \"" + place.port(node) + "\"");
        }
        var command = new ArrayList<>(List.of(programs.get(0).toString(), "-F", "-j", "none"));
        command.addAll(List.of("-n", place.folder().resolve("work") + "", "-a", "127.0.0.1:" + port));
        command.addAll(List.of("-f", configuration.into(place.folder()) + ""));
        // As its comment says.
        Matcher parameter = Pattern.compile("-[ps] [^ \n]+").matcher(Files.readString(Path.of("deploy", file)));
        while (parameter.find()) {
            command.addAll(List.of(parameter.group().split(" ", 2)));
        }
        return new Plan(command, List.of(place.plain(port)));
    }

    private static Plan caddy(BalancerContext place, List<Path> programs) throws IOException {
        int port = place.freePort();
        Path file = place.configuration("caddy/Caddyfile")
                .with("http_port 80\n", "http_port " + place.freePort() + "\n")
                .with("https_port 443", "https_port " + port)
                .with("admin localhost:2019", "admin 127.0.0.1:" + place.freePort())
                .with("portal.example.com {", "https://127.0.0.1 {\n\tbind 127.0.0.1")
                .with("/etc/tidings", place.folder())
                .into(place.folder());
        return new Plan(
                List.of(programs.get(0).toString(), "run", "--adapter", "caddyfile", "--config", file + ""),
                List.of(place.tls1(port), place.tls2(port)));
    }

    private static Plan squid(BalancerContext place, List<Path> programs) throws IOException {
        int port = place.freePort();
        List<BalancerEndpoint> portal = place.portal().get().fronts();
        int tls = portal.get(0).base().getPort();
        Path file = Configuration.of("squid/squid.conf")
                .with("http_port 3128", "http_port 127.0.0.1:" + port)
                .with("acl safe_ports port 80 443 8080", "acl safe_ports port " + tls + " " + place.port(0))
                .with("acl tls_ports port 443", "acl tls_ports port " + tls)
                .with("/var/log/squid/cache.log", "/dev/null")
                .with("/run/squid.pid", place.folder().resolve("squid.pid"))
                .with("/var/spool/squid", place.folder())
                .into(place.folder());
        return new Plan(
                List.of(programs.get(0).toString(), "-N", "-d", "1", "-f", file + ""),
                List.of(
                        place.behind(port, place.plain(place.port(0)).toOneNode(), "HTTP"),
                        place.behind(port, portal.get(0), "CONNECT, HTTP/1.1"),
                        place.behind(port, portal.get(1), "CONNECT, HTTP/2")));
    }
}
