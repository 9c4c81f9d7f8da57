package com.example.peer;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Progress by server-sent events as tutorials teach it: a list of emitters for each job, and a loop that sends an object. */
@SpringBootApplication
@RestController
public class PeerApplication {
    private final Map<String, List<SseEmitter>> emitters = new ConcurrentHashMap<>();

    public static void main(String... args) {
        SpringApplication.run(PeerApplication.class, args);
    }

    @GetMapping(path = "/jobs/{job}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public SseEmitter events(@PathVariable String job) throws IOException {
        var emitter = new SseEmitter(0L);
        List<SseEmitter> all = emitters.computeIfAbsent(job, id -> new CopyOnWriteArrayList<>());
        emitter.onCompletion(() -> all.remove(emitter));
        emitter.onError(failure -> all.remove(emitter));
        all.add(emitter);
        emitter.send(SseEmitter.event().comment("hello"));
        return emitter;
    }

    @PostMapping("/jobs/{job}/events")
    public ResponseEntity<Void> publish(
            @PathVariable String job, @RequestParam String id, @RequestBody Progress progress) {
        for (SseEmitter emitter : emitters.getOrDefault(job, List.of())) {
            try {
                emitter.send(SseEmitter.event().id(id).data(progress));
            } catch (IOException | IllegalStateException left) {
                emitter.completeWithError(left);
            }
        }
        return ResponseEntity.noContent().build();
    }

    /** What a job says. */
    public record Progress(long seq, String job, String type, String level, String sent, String message) {}
}
