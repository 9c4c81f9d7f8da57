package dev.tidings.boot;

import dev.tidings.feed.SubscriptionTimeouts;
import dev.tidings.http.ApiServlet;
import dev.tidings.http.Caller;
import dev.tidings.http.ErrorServlet;
import dev.tidings.http.Pages;
import dev.tidings.http.PublicPath;
import dev.tidings.http.Role;
import dev.tidings.http.Routes;
import dev.tidings.http.UnreadBodies;
import dev.tidings.http.Uploads;
import dev.tidings.http.artifact.FetchArtifact;
import dev.tidings.http.check.PathCheck;
import dev.tidings.http.events.JobEvents;
import dev.tidings.http.events.ManyJobsEvents;
import dev.tidings.http.guard.ErrorPageHeaders;
import dev.tidings.http.guard.Guard;
import dev.tidings.http.guard.GuardSettings;
import dev.tidings.http.guard.SignIn;
import dev.tidings.http.jobs.JobAccess;
import dev.tidings.http.jobs.JobLimits;
import dev.tidings.http.jobs.JobResources;
import dev.tidings.http.jobs.TypeCatalog;
import dev.tidings.http.ops.OpsResources;
import dev.tidings.http.poll.LongPoll;
import dev.tidings.http.sse.EventStreams;
import dev.tidings.http.sse.SseBlocks;
import dev.tidings.http.worker.WorkerResources;
import dev.tidings.run.JsonBinding;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.EnumSet;
import java.util.random.RandomGenerator;

/** The HTTP face of a node: which servlet and filter stands where, and what each resource is made of. */
final class HttpWiring {
    /** Streams get {@code tidings.stream.maxAge} old, up to this part of it more or less. */
    private static final double AGE_SPREAD = 0.2;

    private final Node node;
    private final Settings settings;
    private final PublicPath publicPath;

    HttpWiring(Node node, Settings settings, PublicPath publicPath) {
        this.node = node;
        this.settings = settings;
        this.publicPath = publicPath;
    }

    void addTo(ServletContext context) {
        serveFilesAsynchronously(context);
        addFilter(context, "bodies", new UnreadBodies(), DispatcherType.REQUEST);
        addFilter(context, "headers", new ErrorPageHeaders(), DispatcherType.ERROR, DispatcherType.FORWARD);
        addFilter(context, "guard", new Guard(guardSettings(), node.threads().timer()), DispatcherType.REQUEST);
        addFilter(context, "pages", new Pages("api", "problem"), DispatcherType.REQUEST);
        var routes = routes();
        addServlet(
                context, "problem", new ErrorServlet(routes, settings.security().container()), ErrorServlet.PATH);
        var api = new ApiServlet(
                routes,
                node.threads().store(),
                node.threads().answers(),
                node.threads().timer(),
                settings.security().container() ? Caller.NOBODY : Caller.ANONYMOUS,
                publicPath);
        addServlet(context, "api", api, "/api/*", "/health/*", "/admin/*", "/metrics", "/login", "/logout");
        context.addListener(new SignOuts(node.readers()));
    }

    /** Lets {@link UnreadBodies} see to requests of files too; Tomcat's own servlet for them says that it cannot. */
    private static void serveFilesAsynchronously(ServletContext context) {
        if (context.getServletRegistration("default") instanceof ServletRegistration.Dynamic files) {
            files.setAsyncSupported(true);
        }
    }

    private static void addFilter(
            ServletContext context, String name, Filter filter, DispatcherType first, DispatcherType... more) {
        FilterRegistration.Dynamic registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(EnumSet.of(first, more), false, "/*");
    }

    private void addServlet(ServletContext context, String name, Servlet servlet, String... patterns) {
        ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
        registration.setAsyncSupported(true);
        registration.addMapping(patterns);
        registration.setLoadOnStartup(1);
        // Undertow refuses bodies above its listener's limit unless a servlet names its own; parts are never asked for.
        registration.setMultipartConfig(
                new MultipartConfigElement("", -1, settings.limits().uploadBytes(), 0));
    }

    private GuardSettings guardSettings() {
        return new GuardSettings(
                settings.security().container(),
                settings.security().corsOrigins(),
                settings.security().hosts(),
                settings.security().sessionIdle());
    }

    private Routes routes() {
        var routes = new Routes();
        RandomGenerator random = RandomGenerator.getDefault();
        var store = node.store().jobs();
        var blocks = new SseBlocks(
                settings.streams().retry(),
                settings.streams().heartbeat(),
                settings.streams().maxAge(),
                node.threads().timer().clock(),
                random);
        var streams = new EventStreams(
                node.feeds(),
                node.readers(),
                blocks,
                SubscriptionTimeouts.streams(
                        settings.streams().heartbeat(),
                        settings.streams().maxAge(),
                        AGE_SPREAD,
                        settings.streams().stuck()),
                settings.streams().pushBytes());
        var polls =
                new LongPoll(node.feeds(), node.readers(), settings.streams().longestWait(), random);
        routes.add("GET", "/api/jobs/{id}/events", new JobEvents(store, node.feeds(), streams, polls))
                .add("GET", "/api/events", new ManyJobsEvents(store, streams));
        routes.add(
                "GET",
                "/api/path-check",
                new PathCheck(node.readers(), settings.streams().longestWait(), random),
                Role.USER,
                Role.WORKER);
        routes.add(
                "GET",
                "/api/jobs/{id}/artifacts/{name}",
                new FetchArtifact(
                        new JobAccess(store),
                        node.store().artifacts(),
                        node.threads().store(),
                        node.threads().downloads(),
                        node.feeds()::fetching),
                Role.USER,
                Role.WORKER);
        new WorkerResources(
                        new JobAccess(store),
                        node.store().artifacts(),
                        node.workers(),
                        new Uploads(
                                node.threads().workerUploads(),
                                settings.limits().uploads()),
                        settings.limits().bodyBytes(),
                        settings.limits().uploadBytes())
                .addTo(routes);
        new SignIn(settings.security().container()).addTo(routes);
        operations().addTo(routes);
        new JobResources(
                        store,
                        node.store().artifacts(),
                        node.fanout(),
                        new TypeCatalog(node.types().all(), new JsonBinding()),
                        node.cancellation()::cancel,
                        node.feeds(),
                        node.readers(),
                        new Uploads(
                                node.threads().uploads(),
                                Uploads.share(
                                        settings.limits().uploads(),
                                        settings.security().container())),
                        node.drain()::draining,
                        limits())
                .addTo(routes);
        return routes;
    }

    private OpsResources operations() {
        return new OpsResources(
                node::started,
                node.drain()::draining,
                node.store()::lost,
                node.store().jobs()::check,
                node.metrics()::scrape,
                node.drain()::begin,
                node::restored);
    }

    private JobLimits limits() {
        return new JobLimits(
                settings.limits().bodyBytes(),
                settings.limits().uploadBytes(),
                settings.limits().queuedPerUser(),
                settings.streams().longestWait(),
                settings.node(),
                settings.jobs().workerTimeout());
    }
}
