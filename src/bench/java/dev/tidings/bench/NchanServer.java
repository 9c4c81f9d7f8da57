package dev.tidings.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx with nchan, one worker; present where Debian's {@code libnginx-mod-nchan} is installed. */
final class NchanServer extends PeerServer {
    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");

    NchanServer() throws IOException, InterruptedException {
        super("nchan", start());
    }

    private static Child start() throws IOException, InterruptedException {
        int port = Child.freePort();
        Path folder =
                Files.createDirectories(Child.FOLDER.resolve("nginx/logs")).getParent();
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(
                configuration, """
                load_module %s;
                daemon off;
                user root;
                worker_processes 1;
                worker_rlimit_nofile 20000;
                pid %s/nginx.pid;
                error_log %s/error.log warn;
                events { worker_connections 20000; }
                http {
                  access_log off;
                  client_body_temp_path %s/body;
                  proxy_temp_path %s/proxy;
                  fastcgi_temp_path %s/fastcgi;
                  uwsgi_temp_path %s/uwsgi;
                  scgi_temp_path %s/scgi;
                  keepalive_requests 100000000;
                  nchan_shared_memory_size 256m;
                  server {
                    listen 127.0.0.1:%d backlog=1000;
                    location ~ ^/pub/(.+)$ {
                      nchan_publisher;
                      nchan_channel_id $1;
                      nchan_message_buffer_length 200;
                      nchan_message_timeout 1m;
                    }
                    location ~ ^/sse/(.+)$ {
                      nchan_subscriber eventsource;
                      nchan_channel_id $1;
                      nchan_subscriber_first_message newest;
                    }
                    location ~ ^/poll/(.+)$ {
                      nchan_subscriber longpoll;
                      nchan_channel_id $1;
                      nchan_subscriber_first_message oldest;
                    }
                  }
                }
                """.formatted(MODULE, folder, folder, folder, folder, folder, folder, folder, port));
        return new Child(
                "nchan", port, List.of(NGINX.toString(), "-p", folder.toString(), "-c", configuration.toString()));
    }

    static boolean present() {
        return Files.isExecutable(NGINX) && Files.exists(MODULE);
    }

    @Override
    public String stream(int topic) {
        return "GET /sse/" + topic(topic) + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    }

    @Override
    public String poll(int topic, long last, String head) {
        var request = new StringBuilder("GET /poll/").append(topic(topic)).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        String since = Reader.header(head, "Last-Modified");
        String tag = Reader.header(head, "Etag");
        if (since != null && tag != null) {
            request.append("If-Modified-Since: ")
                    .append(since)
                    .append("\r\nIf-None-Match: ")
                    .append(tag)
                    .append("\r\n");
        }
        return request.toString();
    }

    @Override
    public String post(int topic, long number, long micros, int textBytes) {
        return Server.request("POST", "/pub/" + topic(topic), Server.event(topic(topic), number, micros, textBytes));
    }
}
