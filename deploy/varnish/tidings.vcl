vcl 4.1;

# Varnish 7.1 in front of two nodes of Tidings: HTTP/1.1 on both sides. Only signed-in sessions are sticky.
# It has no TLS: put HAProxy or hitch in front, which end TLS and HTTP/2, tell the client's address by the PROXY protocol, and set X-Forwarded-Proto.
# Put in your own: the two nodes. BalancersIT starts Varnish with this very file and these parameters. Where the numbers come from: docs/reference/balancers.md.
#
#   varnishd -a 127.0.0.1:6081,PROXY -f /etc/varnish/tidings.vcl \
#     -p pipe_timeout=75 \           silence on a stream: > 3 heartbeats (3 x 15 s)
#     -p idle_send_timeout=75 \      > tidings.stuck (60 s), so that it is the node that ends a reader that takes nothing
#     -p timeout_idle=60 \           less than Tomcat's keepAliveTimeout of 75 s
#     -p thread_pool_max=5000 \      a thread for each stream and each poll that waits, in each of two pools
#     -p http_req_hdr_len=32k \      heads of 32 KiB as at the nodes, for large cookies and tickets
#     -p http_req_size=64k \
#     -p workspace_client=160k \
#     -p workspace_backend=160k \
#     -s Transient=malloc,256m       what passes without being kept; without a bound one slow client fills the memory

import directors;
import std;

probe ready {
    .url = "/tidings/health/ready";     # 503 while a node drains or has no store: no new request, streams that run go on
    .expected_response = 200;
    .interval = 1s;                     # noticed after 2 x 1 s, which is less than tidings.drain.spread (5 s):
    .timeout = 1s;                      #   a reader that is sent away does not come back to the same node
    .window = 3;
    .threshold = 2;
    .initial = 1;
}

# first_byte, between_bytes: > 3 heartbeats (3 x 15 s) and > tidings.wait.max (60 s), with 15 s to spare
backend node1 { .host = "node1.internal"; .port = "8080"; .probe = ready; .connect_timeout = 5s; .first_byte_timeout = 75s; .between_bytes_timeout = 75s; }
backend node2 { .host = "node2.internal"; .port = "8080"; .probe = ready; .connect_timeout = 5s; .first_byte_timeout = 75s; .between_bytes_timeout = 75s; }

sub vcl_init {
    new nodes = directors.random();
    nodes.add_backend(node1, 1);
    nodes.add_backend(node2, 1);
}

sub vcl_recv {
    set req.backend_hint = nodes.backend();
    # A session lives on the node that made it. Its id has the node's name in front ("node1~...") on the way to the client, see vcl_backend_response.
    # Requests without a session go anywhere. When a node goes, its users sign in again.
    if (req.http.Cookie ~ "(^|; ?)TIDINGS_SESSION=node1~" && std.healthy(node1)) {
        set req.backend_hint = node1;
    } else if (req.http.Cookie ~ "(^|; ?)TIDINGS_SESSION=node2~" && std.healthy(node2)) {
        set req.backend_hint = node2;
    }
    if (req.http.Cookie) {
        set req.http.Cookie = regsub(req.http.Cookie, "(^|; ?)TIDINGS_SESSION=node[12]~", "\1TIDINGS_SESSION=");
    }
    # A node hears of a request with a short body when that is here whole: slow bodies hold no node's thread.
    if (req.http.Content-Length ~ "^[0-9]{1,5}$" && !std.cache_req_body(100KB)) {
        return (synth(400));
    }
    set req.http.X-Forwarded-For = client.ip;   # set, not added: what the client says of itself is not passed on
    # Streams and files are piped: a client that left or takes nothing is felt by the node at once. Passed, Varnish would go on taking until 75 s of silence.
    # With HTTP/2 on Varnish itself there is no pipe, and they are passed.
    if (req.proto == "HTTP/1.1" && (req.http.Accept ~ "text/event-stream" || req.url ~ "^[^?]*/artifacts/")) {
        return (pipe);
    }
    return (pass);      # nothing is kept: a job's log belongs to its owner. Never leave this out: one user's stream would be given to another.
}

sub vcl_pipe {
    set bereq.http.Connection = "close";        # one request on a piped connection, so that each is looked at here
    return (pipe);
}

sub vcl_backend_response {
    set beresp.uncacheable = true;
    set beresp.do_stream = true;                # as it comes
    set beresp.do_gzip = false;
    if (beresp.http.Set-Cookie) {
        set beresp.http.Set-Cookie = regsub(beresp.http.Set-Cookie, "^TIDINGS_SESSION=", "TIDINGS_SESSION=" + beresp.backend.name + "~");
    }
    return (deliver);
}

sub vcl_backend_error {
    # A node that has just gone: reading may be repeated, at the other. (What has a body is never repeated.)
    if (bereq.retries == 0 && bereq.method == "GET") {
        set bereq.backend = nodes.backend();
        return (retry);
    }
}
