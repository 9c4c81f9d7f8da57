package dev.tidings;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.CommonDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the house and the doors between them. A room that is not in the table may not exist. */
class ArchitectureTest {

    /** Each room with the rooms that it may import, and the packages from outside beyond {@code java.base}. */
    private static final List<Room> TABLE = List.of(
            new Room("job", rooms(), outside()),
            new Room("time", rooms(), outside()),
            new Room("log", rooms("job", "time"), outside()),
            new Room("feed", rooms("job", "log", "time"), outside()),
            new Room("metrics", rooms("job", "log", "feed"), outside("io.micrometer..")),
            new Room("json", rooms("job", "log"), outside("jakarta.json..", "dev.harrel.jsonschema..")),
            new Room("run", rooms("job", "log", "json", "time"), outside("jakarta.json..")),
            new Room(
                    "handlers",
                    rooms("job"),
                    outside("jakarta.json..", "org.mozilla.universalchardet..", "org.apache.datasketches..")),
            new Room(
                    "jdbc",
                    rooms("job", "log", "json", "time"),
                    outside(
                            "java.sql..",
                            "javax.sql..",
                            "io.agroal..",
                            "org.flywaydb..",
                            "org.postgresql..",
                            "org.h2..")),
            new Room("client", rooms(), outside("java.net.http..", "jakarta.json..")),
            new Room(
                    "http",
                    rooms("feed", "run", "log", "job", "json", "time"),
                    outside("jakarta.servlet..", "jakarta.json..", "org.apache.commons.fileupload2..")),
            new Room(
                    "boot",
                    rooms("job", "time", "metrics", "log", "feed", "json", "run", "handlers", "jdbc", "http"),
                    outside(
                            "java.sql..",
                            "java.lang.management..",
                            "javax.management..",
                            "javax.sql..",
                            "javax.naming..",
                            "jakarta.servlet..",
                            "jakarta.json..",
                            "jakarta.enterprise.concurrent..",
                            "org.glassfish.concurro..",
                            "io.agroal..",
                            "io.micrometer..")));

    /** The rooms within {@code http}. Each may import {@code http} itself, and those listed. */
    private static final Map<String, List<String>> WITHIN_HTTP = Map.of(
            "artifact", rooms("jobs"),
            "check", rooms(),
            "events", rooms("jobs", "poll", "sse"),
            "guard", rooms(),
            "jobs", rooms(),
            "ops", rooms(),
            "poll", rooms(),
            "push", rooms(),
            "sse", rooms("push"),
            "worker", rooms("jobs"));

    private record Room(String name, List<String> rooms, List<String> outside) {

        @Override
        public String toString() {
            return name;
        }

        String packages() {
            return inside(name);
        }

        String[] allowed() {
            return Stream.of(
                            Stream.of(packages()),
                            rooms.stream().map(Room::inside),
                            outside.stream(),
                            Stream.of("org.jspecify.annotations..", "com.google.errorprone.annotations.."))
                    .flatMap(each -> each)
                    .toArray(String[]::new);
        }

        private static String inside(String room) {
            return "dev.tidings." + room + "..";
        }
    }

    private static List<String> rooms(String... names) {
        return List.of(names);
    }

    private static List<String> outside(String... packages) {
        return List.of(packages);
    }

    private static List<Room> table() {
        return TABLE;
    }

    private static final JavaClasses SHIPPED = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tidings");

    private static final DescribedPredicate<JavaClass> IN_JAVA_BASE = new DescribedPredicate<>("in java.base") {
        private final Set<String> packages = Object.class.getModule().getPackages();

        @Override
        public boolean test(JavaClass type) {
            JavaClass element = type.getBaseComponentType();
            return element.isPrimitive() || packages.contains(element.getPackageName());
        }
    };

    @ParameterizedTest
    @MethodSource("table")
    void a_room_imports_only_what_the_table_lists(Room room) {
        classes()
                .that()
                .resideInAPackage(room.packages())
                .should()
                .onlyDependOnClassesThat(
                        JavaClass.Predicates.resideInAnyPackage(room.allowed()).or(IN_JAVA_BASE))
                .allowEmptyShould(true)
                .check(SHIPPED);
    }

    @Test
    void a_room_within_http_imports_only_what_the_table_lists() {
        classes()
                .that()
                .resideInAPackage("dev.tidings.http..")
                .should()
                .resideInAnyPackage(Stream.concat(Stream.of("dev.tidings.http"), withinHttp(WITHIN_HTTP.keySet()))
                        .toArray(String[]::new))
                .check(SHIPPED);
        noClasses()
                .that()
                .resideInAPackage("dev.tidings.http")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(withinHttp(WITHIN_HTTP.keySet()).toArray(String[]::new))
                .check(SHIPPED);
        WITHIN_HTTP.forEach((room, allowed) -> noClasses()
                .that()
                .resideInAPackage("dev.tidings.http." + room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(withinHttp(WITHIN_HTTP.keySet())
                        .filter(name -> !name.endsWith("." + room)
                                && allowed.stream().noneMatch(other -> name.endsWith("." + other)))
                        .toArray(String[]::new))
                .check(SHIPPED));
    }

    private static Stream<String> withinHttp(Set<String> rooms) {
        return rooms.stream().map(room -> "dev.tidings.http." + room);
    }

    @Test
    void every_class_is_in_a_room() {
        classes()
                .should()
                .resideInAnyPackage(TABLE.stream().map(Room::packages).toArray(String[]::new))
                .check(SHIPPED);
    }

    @Test
    void threads_are_made_only_where_the_house_is_wired() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tidings.boot..", "dev.tidings.client..")
                .should()
                .callConstructorWhere(DescribedPredicate.describe(
                        "a thread is made", call -> call.getTargetOwner().isAssignableTo(Thread.class)))
                .orShould()
                .dependOnClassesThat(assignableTo(Executors.class))
                .check(SHIPPED);
    }

    /**
     * Who may stop a thread for a while: handlers, the thread that turns the timer, and the two pauses of some milliseconds on
     * store threads, before the log's next group and before a transaction is tried again. The timer is too coarse for them.
     */
    private static final DescribedPredicate<JavaClass> MAY_PAUSE = DescribedPredicate.describe(
            "may pause",
            type -> Set.of("dev.tidings.boot.Threads", "dev.tidings.boot.Node", "dev.tidings.jdbc.Transactions")
                            .contains(type.getName())
                    || type.getPackageName().startsWith("dev.tidings.handlers"));

    @Test
    void nobody_sleeps_or_parks_but_those_who_may() {
        noClasses()
                .that(DescribedPredicate.not(MAY_PAUSE))
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "a thread is stopped for a while",
                        access -> (access.getTargetOwner().isEquivalentTo(Thread.class)
                                        && access.getTarget().getName().equals("sleep"))
                                || (access.getTargetOwner().isEquivalentTo(LockSupport.class)
                                        && access.getTarget().getName().startsWith("park"))
                                || (access.getTargetOwner().isEquivalentTo(TimeUnit.class)
                                        && access.getTarget().getName().equals("sleep"))))
                .check(SHIPPED);
    }

    @Test
    void logs_are_written_by_the_platforms_own_logger() {
        noClasses()
                .that()
                .areNotAssignableTo(CommonDataSource.class) // whose interface names the JDK's logger
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.logging..", "org.slf4j..", "org.apache.logging..", "org.apache.commons.logging..")
                .check(SHIPPED);
    }
}
