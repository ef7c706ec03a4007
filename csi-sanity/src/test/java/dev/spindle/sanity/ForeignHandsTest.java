package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import dev.spindle.sanity.watch.Faults;
import dev.spindle.sanity.watch.Step;
import dev.spindle.sanity.watch.Watcher;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Somebody else comes between the driver's look at a disk and its first write: what is theirs stays
 * as it is, to the byte.
 */
@RequireRoot
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ForeignHandsTest {
  private static final long MIB = 1 << 20;
  private static final long DISK_BYTES = 20 * MIB;
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final Faults faults = new Faults();
  private LoopDisk disk;
  private Tenant tenant;
  private LocalDriver driver;
  private boolean swapped;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    disk = loops.create(DISK_BYTES, 512);
    Path scratch = loops.folder("csi");
    tenant = new Tenant(new Wish("pvc", Wish.BLOCK, DISK_BYTES - 4 * MIB), scratch);
    driver = LocalDriver.start(Site.of(List.of(disk), scratch), faults);
    driver.look();
  }

  /** What came under the disk's name is no disk of the loops', so they leave it there. */
  @AfterEach
  void stop() throws IOException {
    driver.close();
    if (swapped) {
      detach();
    }
  }

  @Test
  void aDiskThatComesUnderTheNameOfABlankOneIsNotJoined() throws Exception {
    assertNotWritten(foreign(), () -> tenant.create(driver.client()));
  }

  /** Only the kernel's disk sequence tells a copy with one byte changed from the disk itself. */
  @Test
  void aCopyThatComesUnderTheNameOfTheDiskIsNotErased() throws Exception {
    driver.untilOk(() -> tenant.create(driver.client()));
    Path copy = loops.folder("foreign").resolve("copy");
    Files.copy(disk.file(), copy);
    write(copy, 9 * MIB, new byte[] {1});
    assertNotWritten(copy, () -> tenant.delete(driver.client()));
  }

  private Path foreign() throws IOException {
    byte[] bytes = new byte[(int) DISK_BYTES];
    new Random(1).nextBytes(bytes);
    return Files.write(loops.folder("foreign").resolve("disk"), bytes);
  }

  private void assertNotWritten(Path foreign, Runnable call) throws Exception {
    byte[] before = Files.readAllBytes(foreign);
    faults.before(ForeignHandsTest::opensToWrite, () -> comeUnderTheName(foreign));
    Status answer = answer(call);
    assertThat(faults.happened()).isTrue();
    assertThat(answer.getCode()).isNotIn(Code.OK, Code.UNKNOWN);
    assertThat(answer.getDescription()).contains(disk.name(), "disk sequence");
    assertThat(Files.readAllBytes(foreign)).isEqualTo(before);
    comeUnderTheName(disk.file());
    faults.pass();
    driver.untilOk(
        () -> {
          call.run();
          return disk;
        });
    assertThat(Files.readAllBytes(foreign)).isEqualTo(before);
  }

  @Test
  void aByteWrittenAfterTheLookIsSeenBeforeJoining() throws Exception {
    faults.before(
        ForeignHandsTest::opensToWrite, () -> write(disk.file(), 7 * MIB, new byte[] {1}));
    assertThat(answer(() -> tenant.create(driver.client())).getCode())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(faults.happened()).isTrue();
    byte[] expected = new byte[(int) DISK_BYTES];
    expected[(int) (7 * MIB)] = 1;
    assertThat(Files.readAllBytes(disk.file())).isEqualTo(expected);
    write(disk.file(), 7 * MIB, new byte[] {0});
    faults.pass();
    driver.untilOk(() -> tenant.create(driver.client()));
  }

  @Test
  void aDiskThatIsTakenAfterTheLookIsNotJoined() throws Exception {
    BlockDevice[] theirs = new BlockDevice[1];
    faults.before(
        ForeignHandsTest::opensToWrite,
        () -> theirs[0] = new NativeLinux().blockDevices().open(disk.node(), Access.EXCLUSIVE));
    Status answer = answer(() -> tenant.create(driver.client()));
    theirs[0].close();
    assertThat(answer.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(answer.getDescription()).contains(disk.name(), "EBUSY");
    assertThat(Files.readAllBytes(disk.file())).containsOnly(0);
    faults.pass();
    driver.untilOk(() -> tenant.create(driver.client()));
  }

  @Test
  void aPartitionsNodeThatComesToLeadElsewhereIsNeitherFormattedNorMounted() throws Exception {
    Tenant files =
        new Tenant(new Wish("files", "ext4", DISK_BYTES - 4 * MIB), loops.folder("files"));
    driver.untilOk(() -> files.create(driver.client()));
    LoopDisk other = loops.create(DISK_BYTES, 512);
    // With the volume's partition open: while it is recorded that it is going to be formatted, and
    // while it is looked what is on it.
    assertNoticed(files, other, step -> step.name().startsWith("write slot"));
    driver.untilOk(() -> files.stage(driver.client()));
    driver.untilOk(() -> files.unstage(driver.client()));
    assertNoticed(files, other, step -> step.name().equals("probe") && step.path().endsWith("p2"));
    driver.untilOk(() -> files.stage(driver.client()));
    driver.untilOk(() -> files.unstage(driver.client()));
  }

  private void assertNoticed(Tenant files, LoopDisk other, Predicate<Step> when) throws Exception {
    Path node = disk.partition(2);
    Path kept = Path.of(node + "-kept");
    faults.before(when, () -> leadTo(other, node, kept));
    Status answer;
    try {
      answer = answer(() -> files.stage(driver.client()));
    } finally {
      if (Files.exists(kept)) {
        Files.move(kept, node, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    assertThat(faults.happened()).isTrue();
    faults.pass();
    assertThat(answer.getDescription()).contains(node + " does not lead to");
    assertThat(Files.readAllBytes(other.file())).containsOnly(0);
  }

  private static void leadTo(LoopDisk other, Path node, Path kept) throws IOException {
    Files.move(node, kept);
    String minor = other.name().substring("loop".length());
    String mknod = new Programs().find("mknod").orElseThrow().toString();
    String unused = new Programs().run(List.of(mknod, node.toString(), "b", "7", minor), SOON);
  }

  private static boolean opensToWrite(Step step) {
    return step.name().equals("open exclusive");
  }

  private static Status answer(Runnable call) {
    return LocalDriver.answer(
        () -> {
          call.run();
          return call;
        });
  }

  /** Another file at the very same loop device. */
  private void comeUnderTheName(Path file) throws IOException {
    detach();
    swapped = true;
    String unused =
        new Programs()
            .run(List.of("/usr/sbin/losetup", disk.node().toString(), file.toString()), SOON);
  }

  private void detach() throws IOException {
    Watcher.Act detach =
        () ->
            new dev.spindle.linux.exec.LoopDevices(new Programs(), new NativeLinux().blockDevices())
                .detach(disk.node());
    for (int tries = 1; ; tries++) {
      try {
        detach.run();
        return;
      } catch (dev.spindle.linux.KernelException busy) {
        if (tries == 100) {
          throw busy;
        }
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
    }
  }

  private static void write(Path file, long at, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int unused = channel.write(ByteBuffer.wrap(bytes), at);
    }
  }
}
