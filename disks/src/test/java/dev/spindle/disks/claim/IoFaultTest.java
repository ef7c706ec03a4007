package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine.Call;
import dev.spindle.linux.testing.MemoryMachine.Fault;
import dev.spindle.linux.testing.MemoryMachine.Request;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call to a disk, in every operation that writes, fails once (rule R2): nothing is concluded
 * from it, the error names the disk, and the next call brings the operation to its end.
 */
@Tag("deep")
class IoFaultTest {
  private static final AtomicLong POINTS = new AtomicLong();
  private static final Logger LOG = Logger.getLogger("dev.spindle");

  /** After so many calls of a kind, which is in the 1,024 samples of a large disk, one in some. */
  private static final int ALL = 120;

  private static final int STRIDE = Integer.getInteger("crash.depth", 1) > 1 ? 1 : 97;

  @TempDir(factory = InMemory.class)
  @SuppressWarnings("NullAway.Init") // by JUnit
  static Path folder;

  /** How a call fails. */
  private enum Kind {
    /** Nothing of it is done. */
    EIO(Errno.EIO, EnumSet.allOf(Call.class)),
    /** All of it is done, and the answer is an error. */
    EIO_AFTER(
        Errno.EIO,
        EnumSet.of(Call.WRITE, Call.ZERO, Call.DISCARD, Call.ADD_PARTITION, Call.DELETE_PARTITION)),
    /** The first half of it is done. */
    EIO_HALFWAY(Errno.EIO, EnumSet.of(Call.WRITE)),
    /** As the layer below reports a read that came short. */
    SHORT_READ(Errno.EIO, EnumSet.of(Call.READ)),
    ENXIO(Errno.ENXIO, EnumSet.complementOf(EnumSet.of(Call.DELETE_PARTITION))),
    ENODEV(Errno.ENODEV, EnumSet.allOf(Call.class));

    private final Errno errno;

    @SuppressWarnings("ImmutableEnumChecker") // never changed
    private final Set<Call> calls;

    Kind(Errno errno, Set<Call> calls) {
      this.errno = errno;
      this.calls = calls;
    }
  }

  /** Lets one call fail. */
  private static final class Once implements Fault {
    private final Kind kind;
    private final int number;
    private int calls;
    private @Nullable Request failed;

    Once(Kind kind, int number) {
      this.kind = kind;
      this.number = number;
    }

    private boolean isDue(Request request) {
      return failed == null && kind.calls.contains(request.call()) && calls++ == number;
    }

    @Override
    public void before(Request request) throws IOException {
      if (kind != Kind.EIO_AFTER && isDue(request)) {
        failed = request;
        if (kind == Kind.EIO_HALFWAY) {
          halfOf(request);
        }
        throw kind == Kind.SHORT_READ
            ? new KernelException("short pread", request.path(), Errno.EIO)
            : request.failure(kind.errno);
      }
    }

    @Override
    public void after(Request request) throws IOException {
      if (kind == Kind.EIO_AFTER && isDue(request)) {
        failed = request;
        throw request.failure(kind.errno);
      }
    }

    /** Half of a write, in whole sectors, and half of the sector after those. */
    private static void halfOf(Request request) throws IOException {
      MemoryDisk medium = request.medium();
      byte[] data = request.data();
      if (medium != null && data != null) {
        int sector = medium.sectorSize();
        int whole = data.length / 2 / sector * sector;
        byte[] put = Arrays.copyOf(data, whole + sector);
        byte[] last = medium.read(request.offset() + whole, sector);
        System.arraycopy(last, sector / 2, put, whole + sector / 2, sector - sector / 2);
        medium.write(request.offset(), put);
      }
    }
  }

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void count() throws IOException {
    LOG.setLevel(null);
    Proof.count("calls to disks that failed once, in memory", POINTS.get(), 1);
  }

  @TestFactory
  Stream<DynamicTest> aCallThatFailsOnceHarmsNothingAndTheNextAttemptComesToItsEnd()
      throws IOException {
    List<Operation> operations = new ArrayList<>(new Operations(folder, 512).all());
    operations.addAll(new Operations(folder, 4096).all());
    return operations.stream()
        .filter(operation -> operation.toString().matches(System.getProperty("crash.only", ".*")))
        .map(
            operation ->
                DynamicTest.dynamicTest(
                    operation.toString(),
                    () -> {
                      for (Kind kind : Kind.values()) {
                        failEach(operation, kind);
                      }
                    }));
  }

  private static void failEach(Operation operation, Kind kind) throws IOException {
    for (int number = 0; ; number += number < ALL ? 1 : STRIDE) {
      Once fault = new Once(kind, number);
      try {
        if (!failsHarmlessly(operation, fault)) {
          return;
        }
      } catch (AssertionError | IOException | RuntimeException failed) {
        throw new AssertionError(
            operation + ": " + kind + " at call " + number + ", " + fault.failed, failed);
      }
      POINTS.incrementAndGet();
    }
  }

  /** Whether the operation had so many calls. */
  private static boolean failsHarmlessly(Operation operation, Once fault) throws IOException {
    MemoryDisk disk = operation.disk().snapshot();
    UUID volume = Lab.volume(disk);
    Lab lab = Lab.of(folder, operation, disk);
    MemoryPool pool = lab.start();
    lab.machine.onEach(fault);
    @Nullable Exception error = null;
    try {
      operation.work().run(pool, volume);
    } catch (IOException | IllegalStateException failed) {
      error = failed;
    }
    lab.machine.onEach(request -> {});
    if (fault.failed != null) {
      assertThat(lab.machine.open()).as("nodes that are left open").isEmpty();
      checkAfter(operation, pool, lab.start(), error);
      checkNext(operation, pool, lab, volume);
    }
    lab.remove();
    return fault.failed != null;
  }

  private static void checkAfter(
      Operation operation, MemoryPool pool, MemoryPool restarted, @Nullable Exception error)
      throws IOException {
    if (error != null) {
      assertThat(String.valueOf(error.getMessage())).as("names the disk").contains("sd");
    }
    MemoryDisk disk = pool.medium(Lab.NAME);
    // What the process itself believes, from what it saw when the call failed.
    Verdict believed = pool.disk(Lab.NAME).verdict();
    DiskAnswer.checkBytes(disk, believed, operation.disk());
    // And what a new one finds.
    Verdict found = restarted.look().disk(Lab.NAME).verdict();
    DiskAnswer.checkBytes(disk, found, operation.disk());
    if (pool.look().disk(Lab.NAME).verdict() instanceof Eligible) {
      assertThat(found).as("believed to be eligible").isInstanceOf(Eligible.class);
    }
    String answer = DiskAnswer.of(found);
    if (error == null) {
      // Scrubs and recoveries that fail tell nobody: they are tried again.
      assertThat(
              operation.end().equals(DiskAnswer.withoutUuid(answer))
                  || DiskAnswer.isScrubbing(answer)
                  || operation.secondPath()
                  || operation.name().startsWith("recovery"))
          .as("no error, and the disk is " + answer)
          .isTrue();
    } else if (!operation.joins()) {
      assertThat(answer).isNotEqualTo(DiskAnswer.NOT_ELIGIBLE);
    }
  }

  private static void checkNext(Operation operation, MemoryPool pool, Lab lab, UUID volume)
      throws IOException {
    boolean touched = DiskAnswer.of(pool.disk(Lab.NAME).verdict()).equals(DiskAnswer.NOT_ELIGIBLE);
    if (touched) {
      // A person decides. The volume goes to the next disk.
      lab.addBlank();
    }
    operation.work().run(pool, volume);
    MemoryPool restarted = lab.start().look().recover();
    int volumes = operation.end().contains(" ") ? 1 : 0;
    assertThat(restarted.volumes()).as("volumes").hasSizeBetween(volumes, 1);
    if (!touched) {
      assertThat(DiskAnswer.withoutUuid(DiskAnswer.of(restarted.disk(Lab.NAME).verdict())))
          .isEqualTo(operation.end());
    }
    assertThat(lab.machine.open()).as("nodes that are left open").isEmpty();
  }
}
