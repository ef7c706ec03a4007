package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.CrashImages;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Power cuts between any two flushes of every operation that writes, and of the recovery after it
 * (rule R8): {@link CrashImages} says which there are, and which are drawn where there are too
 * many. {@code -Dcrash.bound=N} makes more, {@code -Dcrash.seed=N} draws others.
 */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(QuietLogs.class)
class CrashExplorationTest {
  /** How many times as many combinations as usual are made, where there are more. */
  private static final int DEPTH = Proof.deep() ? 5 : 1;

  /** {@code -Dcrash.only=REGEX} explores the operations of such names alone. */
  private static final @Nullable String ONLY = System.getProperty("crash.only");

  private static final long SEED = Long.getLong("crash.seed", 20261122);
  private static final int BOUND = Integer.getInteger("crash.bound", 80) * DEPTH;

  /** Judging a disk of this many bytes takes ten times as long. */
  private static final long LARGE = 32 << 20;

  private static final int BOUND_IN_RECOVERY = 6 * DEPTH;

  /** Of so many recoveries that write, one is cut too. */
  private static final int ONE_RECOVERY_OF = Math.max(1, 5 / DEPTH);

  /** Of so many disks, on one the operation is done again. */
  private static final int ONE_END_OF = Math.max(1, 40 / DEPTH);

  private static final AtomicLong IMAGES = new AtomicLong();
  private static final AtomicLong IN_RECOVERY = new AtomicLong();
  private static final AtomicLong FINISHED = new AtomicLong();

  @AfterAll
  static void count() throws IOException {
    if (ONLY != null || System.getProperty("crash.image") != null) {
      return;
    }
    Proof.count("crash images", IMAGES.get(), 22_000);
    Proof.count("crash images of recoveries", IN_RECOVERY.get(), 100_000);
    Proof.count("operations done again after a crash", FINISHED.get(), 500);
  }

  @TestFactory
  Stream<DynamicTest> aCutAtAnyMomentLeavesTheStateBeforeTheStateAfterOrNoEligibleDisk()
      throws IOException {
    return operations()
        .filter(operation -> ONLY == null || operation.toString().matches(ONLY))
        .map(
            operation ->
                DynamicTest.dynamicTest(
                    operation.toString(), () -> new Exploring(operation).run()));
  }

  /** A disk that {@link Exploring#keep} has kept. */
  @Test
  @EnabledIfSystemProperty(named = "crash.image", matches = ".+")
  void aDiskThatWasKeptIsCheckedAgain() throws IOException {
    Path file = Path.of(System.getProperty("crash.image"));
    List<String> notes = Files.readAllLines(notesOf(file));
    Operation operation =
        operations().filter(any -> any.toString().equals(notes.get(0))).findFirst().orElseThrow();
    MemoryDisk disk = MemoryDisk.ofFile(file, operation.disk().sectorSize());
    long unreadable = Long.parseLong(notes.get(1));
    disk.failReading(unreadable);
    new CrashCheck(operation)
        .check(
            new CrashImages.Image(disk, 0, unreadable >= 0),
            new HashSet<>(notes.subList(2, notes.size())));
  }

  /** What it may read as, and so on, beside a disk that was kept. */
  private static Path notesOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".txt");
  }

  private static Stream<Operation> operations() throws IOException {
    return Stream.concat(new Operations(512).all().stream(), new Operations(4096).all().stream());
  }

  /** All cuts of one operation. */
  private static final class Exploring {
    private final Operation operation;
    private final CrashCheck check;
    private int recoveries;
    private int images;

    Exploring(Operation operation) throws IOException {
      this.operation = operation;
      this.check = new CrashCheck(operation);
    }

    void run() throws IOException {
      MemoryDisk disk = operation.disk().snapshot().startJournal();
      Lab lab = Lab.of(operation, disk);
      operation.work().run(lab.start(), Lab.volume(disk));
      assertThat(lab.machine.open()).as("nodes that are left open").isEmpty();
      CrashCheck.assertFlushed(disk.journal());
      boolean large = disk.sizeBytes() > LARGE;
      CrashImages cuts =
          new CrashImages(operation.disk(), disk.journal(), large ? BOUND / 10 : BOUND, SEED);
      List<String> atFlushes = new ArrayList<>();
      for (MemoryDisk flushed : cuts.atFlushes()) {
        atFlushes.add(check.answer(flushed));
      }
      assertThat(DiskAnswer.withoutUuid(atFlushes.get(atFlushes.size() - 1)))
          .isEqualTo(operation.end());
      int made =
          cuts.each(
              image -> {
                Set<String> allowed =
                    new HashSet<>(atFlushes.subList(image.flushes(), image.flushes() + 2));
                explore(image, allowed);
              });
      assertThat(made).isGreaterThan(10);
      IMAGES.addAndGet(made);
    }

    private void explore(CrashImages.Image image, Set<String> allowed) throws IOException {
      try {
        CrashCheck.Recovered recovered = check.check(image, allowed);
        if (!recovered.journal().isEmpty() && recoveries++ % ONE_RECOVERY_OF == 0) {
          cutRecovery(image, recovered);
        }
        if (images++ % ONE_END_OF == 0) {
          check.finish(image);
          FINISHED.incrementAndGet();
        }
      } catch (AssertionError | RuntimeException failed) {
        throw new AssertionError(keep(image, allowed), failed);
      }
    }

    private void cutRecovery(CrashImages.Image image, CrashCheck.Recovered recovered)
        throws IOException {
      CrashImages cuts =
          new CrashImages(image.disk(), recovered.journal(), BOUND_IN_RECOVERY, SEED + recoveries);
      IN_RECOVERY.addAndGet(
          cuts.each(
              second -> {
                try {
                  check.check(second, recovered.answers());
                } catch (AssertionError | RuntimeException failed) {
                  throw new AssertionError(keep(second, recovered.answers()), failed);
                }
              }));
    }

    /** Keeps a disk on which a check failed, and says how to look at it again. */
    private String keep(CrashImages.Image image, Set<String> allowed) throws IOException {
      Path file =
          Path.of("target", "crash", operation.toString().replaceAll("[^A-Za-z0-9]+", "-"))
              .toAbsolutePath();
      image.disk().saveTo(file);
      List<String> notes = new ArrayList<>();
      notes.add(operation.toString());
      notes.add(Long.toString(image.disk().unreadable()));
      notes.addAll(allowed);
      Files.write(notesOf(file), notes);
      return "a cut in %s, after %d flushes, seed %d. Once more: make test-crash IMAGE=%s"
          .formatted(operation, image.flushes(), SEED, file);
    }
  }
}
