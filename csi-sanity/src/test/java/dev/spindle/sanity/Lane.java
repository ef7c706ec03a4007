package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.State;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A volume, its two disks, of which it needs one, and its mount points, all by themselves. */
final class Lane {
  private static final long MIB = 1 << 20;

  /** What the table takes of a disk before and after the volume. */
  private static final long BEFORE = 2 * MIB;

  private static final long AROUND = 4 * MIB;
  private static final Duration SCRUB_PATIENCE = Duration.ofSeconds(30);

  private final NativeLinux linux = new NativeLinux();
  private final Kind kind;
  private final int number;
  private final Path scratch;
  private final Tenant tenant;
  private final List<LoopDisk> disks = new ArrayList<>();
  private boolean marked;

  /** Of different sizes, so that each volume can only lie on a disk of its own lane. */
  enum Kind {
    BLOCK(40),
    EXT4(64),
    BTRFS(128),
    XFS(320);

    private final long mebibytes;

    Kind(long mebibytes) {
      this.mebibytes = mebibytes;
    }
  }

  /**
   * A lane with disks of its own.
   *
   * @param number tells lanes of one kind apart
   */
  Lane(Kind kind, int number, LoopDisks loops, Path scratch) throws IOException {
    this.kind = kind;
    this.number = number;
    this.scratch = scratch;
    long bytes = diskBytes() - AROUND;
    this.tenant = new Tenant(new Wish(name(), filesystem(), bytes, bytes), scratch);
    for (int copy = 0; copy < 2; copy++) {
      disks.add(loops.create(diskBytes(), number % 2 == 0 ? 512 : 4096));
    }
  }

  private long diskBytes() {
    return (kind.mebibytes + number) * MIB;
  }

  int number() {
    return number;
  }

  /** The volume's name, too. */
  String name() {
    return filesystem() + "-" + number;
  }

  String filesystem() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  Tenant tenant() {
    return tenant;
  }

  List<LoopDisk> disks() {
    return disks;
  }

  List<Path> places() {
    List<Path> places = new ArrayList<>(List.of(scratch.resolve(name())));
    disks.forEach(disk -> places.add(disk.node()));
    return places;
  }

  Contents contents() {
    return new Contents(tenant.wish().block(), name().hashCode(), diskBytes() - AROUND);
  }

  /** One disk and no other says that it holds this volume. */
  void assertClaimedOnce() throws IOException {
    assertThat(claimed()).as("disks that hold volume %s", name()).hasSize(1);
    assertThat(state(claimed().get(0))).contains(State.CLAIMED);
    assertThat(tenant.volume().getCapacityBytes()).isEqualTo(tenant.wish().requiredBytes());
  }

  /**
   * If the disk says that the volume is formatted, puts a file on it, as a pod might have: whoever
   * formats it again loses that.
   */
  void leaveMark() throws IOException {
    List<LoopDisk> mine = claimed();
    if (tenant.wish().block() || marked || mine.isEmpty() || !formatted(mine.get(0))) {
      return;
    }
    if (Mounted.of(mine).isEmpty()) {
      Path target = Files.createDirectories(scratch.resolve("mark-" + name()));
      linux.mounts().mount(mine.get(0).partition(2), target, filesystem(), new MountOptions(0, ""));
      Files.writeString(target.resolve("mark"), name());
      linux.mounts().unmount(target);
      Files.delete(target);
    } else {
      Files.writeString(tenant.staging().resolve("mark"), name());
    }
    marked = true;
  }

  private boolean formatted(LoopDisk disk) throws IOException {
    return state(disk).filter(State.FORMATTED::equals).isPresent();
  }

  /** What was put on a formatted volume is there still. */
  void assertFormattedOnce() throws IOException {
    if (tenant.wish().block()) {
      return;
    }
    assertThat(claimed()).hasSize(1);
    assertThat(state(claimed().get(0))).contains(State.FORMATTED);
    leaveMark();
    assertThat(tenant.staging().resolve("mark")).hasContent(name());
  }

  void assertNotMounted() throws IOException {
    assertThat(Mounted.of(disks)).isEmpty();
  }

  /** Waits until the scrub is done; then no byte of the volume is there any more. */
  void assertErased() throws IOException, InterruptedException {
    Instant late = Instant.now().plus(SCRUB_PATIENCE);
    while (!claimed().isEmpty() || disks.stream().anyMatch(this::scrubbing)) {
      assertThat(Instant.now()).as("%s is scrubbed", name()).isBefore(late);
      Thread.sleep(20);
    }
    assertNotMounted();
    for (LoopDisk disk : disks) {
      Zeroes.assertIn(disk.file(), BEFORE, diskBytes() - MIB - MIB);
    }
    marked = false;
  }

  private boolean scrubbing(LoopDisk disk) {
    try {
      return state(disk).filter(State.SCRUBBING::equals).isPresent();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  /** At the end of a life. */
  void assertNothingLeft() throws IOException {
    assertThat(claimed()).isEmpty();
    assertNotMounted();
    assertThat(disks).anyMatch(disk -> isFree(disk));
    tenant.leave();
  }

  private boolean isFree(LoopDisk disk) {
    try {
      return state(disk).filter(State.FREE::equals).isPresent();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private List<LoopDisk> claimed() throws IOException {
    List<LoopDisk> holding = new ArrayList<>();
    for (LoopDisk disk : disks) {
      if (read(disk) instanceof Reading.Joined joined && joined.record().state().holdsVolume()) {
        assertThat(joined.record().volume().csiName()).isEqualTo(name());
        holding.add(disk);
      }
    }
    return holding;
  }

  private Optional<State> state(LoopDisk disk) throws IOException {
    return read(disk) instanceof Reading.Joined joined
        ? Optional.of(joined.record().state())
        : Optional.empty();
  }

  private Reading read(LoopDisk disk) throws IOException {
    try (BlockDevice open = linux.blockDevices().open(disk.node(), Access.READ)) {
      return Ledger.read(open);
    }
  }
}
