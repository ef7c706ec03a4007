package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.VolumeCapability.AccessMode;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node with one volume in one state: on the small one of two disks, which is the one that is
 * chosen. Those states that calls can leave are made anew by {@link #again}; the others must not
 * change whatever is called, not by a byte of the disk.
 */
final class Condition implements AutoCloseable {
  private static final long SMALL = 64;
  private static final long SPARE = 96;

  /** What a disk of N MiB has around its volume. */
  private static final long AROUND = 4;

  private final String state;
  private final LiveDriver driver;
  private final LoopDisk small;
  private final LoopDisk spare;
  private Volume volume;
  private @Nullable String untouched;
  private @Nullable BlockDevice locked;

  private Condition(String state, LiveDriver driver) throws IOException {
    this.state = state;
    this.driver = driver;
    this.small = driver.disk(SMALL);
    this.spare = driver.disk(SPARE);
    this.volume =
        new Volume(
            "the volume of " + state,
            driver.owner().topologyValue() + "/" + UUID.randomUUID(),
            state.startsWith("block"),
            driver.folder("staging"),
            driver.folder("pod").resolve("target"));
  }

  static Condition of(String state, LoopDisks loops) throws IOException {
    Condition condition = new Condition(state, new LiveDriver(loops));
    try {
      condition.driver.start();
      condition.make();
      return condition;
    } catch (IOException | RuntimeException | Error failed) {
      condition.close();
      throw failed;
    }
  }

  LiveDriver driver() {
    return driver;
  }

  Volume volume() {
    return volume;
  }

  long roomOfOthers() {
    return (SPARE - AROUND) * LiveDriver.MIB;
  }

  long roomOfAll() {
    return roomOfOthers() + (SMALL - AROUND) * LiveDriver.MIB;
  }

  /** Where it is to be measured. */
  Path at() {
    return state.contains("published") ? volume.target() : volume.staging();
  }

  /** Whether the state is in the mount table and cannot be made twice. */
  boolean asksUnpublishFirst() {
    return lasting() && state.contains("published");
  }

  private boolean lasting() {
    return switch (state) {
      case "claimed",
          "formatting, interrupted",
          "formatted, unstaged",
          "staged",
          "published",
          "published twice",
          "published, not staged",
          "block, claimed",
          "block, staged",
          "block, published",
          "disk back, not named" ->
          false;
      default -> true;
    };
  }

  private void make() throws IOException {
    switch (state) {
      case "never existed" -> {}
      case "id of another node" -> volume = volume.withId("elsewhere/" + UUID.randomUUID());
      case "id of no driver" -> volume = volume.withId("no such id");
      default -> {
        claim();
        become();
      }
    }
    boolean mayBeTaken = state.startsWith("id of") || state.startsWith("never");
    if (lasting() && !mayBeTaken && !state.contains("published")) {
      untouched = small.sha256();
    }
  }

  private void become() throws IOException {
    switch (state) {
      case "claimed", "block, claimed" -> {}
      case "formatting, interrupted" -> {
        driver.stop();
        driver.write(small, driver.record(small).in(State.FORMATTING));
        driver.start();
      }
      case "formatted, unstaged" -> formatted();
      case "staged", "block, staged" -> stage();
      case "published", "block, published" -> published();
      case "published twice" -> {
        published();
        publish(volume.second());
      }
      case "published, not staged" -> {
        published();
        driver.call(() -> driver.node().nodeUnstageVolume(volume.unstage()));
      }
      case "scrubbing" -> {
        driver.stop();
        driver.startWithout(small);
        driver.call(() -> driver.controller().deleteVolume(volume.delete()));
        assertThat(driver.record(small).state()).isEqualTo(State.SCRUBBING);
      }
      default -> inTrouble();
    }
  }

  private void inTrouble() throws IOException {
    if (state.contains("published")) {
      published();
    } else {
      formatted();
    }
    if (state.startsWith("slots destroyed")) {
      LiveDriver.damageSlot(small, 0);
      LiveDriver.damageSlot(small, 1);
    } else if (state.startsWith("two disks")) {
      Path copy = driver.folder("copies").resolve("copy");
      Files.copy(small.file(), copy, StandardCopyOption.COPY_ATTRIBUTES);
      driver.mentioned(driver.loops.attach(copy, 512));
    } else if (state.startsWith("disk unreadable")) {
      try (RandomAccessFile file = new RandomAccessFile(small.file().toFile(), "rw")) {
        file.setLength(8 * LiveDriver.MIB);
      }
    } else if (state.equals("disk vanished")) {
      driver.pull(small);
    } else if (state.equals("disk back, not named")) {
      backAtAnotherNode();
    } else {
      unready();
      return;
    }
    if (state.endsWith("restarted")) {
      driver.restart();
    } else {
      driver.look();
    }
  }

  /** Another disk takes the node that --disks names. */
  private void backAtAnotherNode() throws IOException {
    String before = small.name();
    driver.pull(small);
    LoopDisk other = driver.loops.create(8 * LiveDriver.MIB, 512);
    driver.mentioned(driver.loops.reattach(small));
    assertThat(small.name()).isNotEqualTo(before);
    assertThat(other.attached()).isTrue();
  }

  /**
   * A disk whose slots differ is made whole before the first look counts as complete; udev's lock
   * on it keeps the driver waiting for five seconds.
   */
  private void unready() throws IOException {
    driver.stop();
    LoopDisk free = driver.disk(SMALL);
    driver.start();
    Volume passing =
        new Volume("passing", "", true, driver.folder("passing"), driver.folder("passing"));
    String id =
        driver
            .call(() -> driver.controller().createVolume(passing.create().build()))
            .getVolume()
            .getVolumeId();
    driver.call(() -> driver.controller().deleteVolume(passing.withId(id).delete()));
    LiveDriver.await("the scrub", () -> driver.verdict(free).reasons().isEmpty());
    driver.stop();
    LiveDriver.damageSlot(free, 1);
    BlockDevice lock = driver.open(free, Access.READ);
    locked = lock;
    lock.lock();
    driver.startUnready(List.of());
  }

  private void claim() {
    String id =
        driver
            .call(() -> driver.controller().createVolume(volume.create().build()))
            .getVolume()
            .getVolumeId();
    volume = volume.withId(id);
  }

  private void stage() {
    driver.call(() -> driver.node().nodeStageVolume(volume.stage().build()));
  }

  private void publish(Path at) {
    driver.call(
        () ->
            driver
                .node()
                .nodePublishVolume(
                    volume
                        .publish()
                        .setTargetPath(at.toString())
                        .setVolumeCapability(
                            volume.capability(AccessMode.Mode.SINGLE_NODE_MULTI_WRITER))
                        .build()));
  }

  private void published() {
    stage();
    publish(volume.target());
  }

  private void formatted() {
    stage();
    driver.call(() -> driver.node().nodeUnstageVolume(volume.unstage()));
  }

  /** The same state once more, after a call that may have changed it. */
  void again() throws IOException {
    if (lasting()) {
      if (untouched != null) {
        assertThat(small.sha256()).as("the disk, byte for byte").isEqualTo(untouched);
      }
      return;
    }
    for (Path target : List.of(volume.target(), volume.second(), volume.elsewhere())) {
      driver.call(() -> driver.node().nodeUnpublishVolume(volume.unpublish(target)));
    }
    driver.call(() -> driver.node().nodeUnstageVolume(volume.unstage()));
    forget(volume.id());
    if (state.equals("disk back, not named")) {
      driver.stop();
      driver.named(small);
      driver.start();
    }
    claim();
    become();
  }

  /** Deletes a volume, and waits until its disk is free again. */
  void forget(String id) {
    driver.call(() -> driver.controller().deleteVolume(volume.withId(id).delete()));
    LiveDriver.await(
        "the spare disk",
        () ->
            driver.verdict(spare).reasons().isEmpty()
                && (lasting() || !small.attached() || freeOrNotNamed()));
  }

  private boolean freeOrNotNamed() {
    return driver.verdict(small).reasons().isEmpty()
        || (state.equals("disk back, not named") && !isOurs());
  }

  private boolean isOurs() {
    return driver.verdict(small) instanceof Verdict.Ours;
  }

  @Override
  public void close() throws IOException {
    if (locked != null) {
      locked.close();
    }
    driver.close();
  }
}
