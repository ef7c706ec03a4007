package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import io.grpc.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A disk of ours as a driver left it, in a file, to be copied and harmed.
 *
 * @param volume on it, or that was on it
 */
record Image(
    String name,
    Owner owner,
    State state,
    boolean block,
    int sectorSize,
    Path file,
    String volume) {
  private static final long MEBIBYTES = 16;
  private static final byte[] TEXT = "what the pod wrote".getBytes(StandardCharsets.UTF_8);

  /** Has a driver make one. */
  static Image make(LoopDisks loops, State state, boolean block, int sectorSize)
      throws IOException {
    try (LiveDriver driver = new LiveDriver(loops, LiveDriver.nobodyElse())) {
      LoopDisk disk = driver.named(loops.create(MEBIBYTES * LiveDriver.MIB, sectorSize));
      driver.start();
      driver.awaitAnswerOf(disk);
      Volume volume = volume(driver, "", block);
      String id =
          driver
              .call(() -> driver.controller().createVolume(volume.create().build()))
              .getVolume()
              .getVolumeId();
      bring(driver, disk, volume.withId(id), state);
      driver.stop();
      String name = state + (block ? ", block" : "") + ", sectors of " + sectorSize;
      Path file = loops.folder("images").resolve(name.replaceAll("[^A-Z0-9a-z]+", "-"));
      Files.copy(disk.file(), file, StandardCopyOption.COPY_ATTRIBUTES);
      assertThat(driver.record(disk).state()).isEqualTo(state);
      driver.pull(disk);
      Files.delete(disk.file());
      return new Image(name, driver.owner(), state, block, sectorSize, file, id);
    }
  }

  private static void bring(LiveDriver driver, LoopDisk disk, Volume volume, State state)
      throws IOException {
    if (state == State.FREE) {
      driver.call(() -> driver.controller().deleteVolume(volume.delete()));
      LiveDriver.await("the scrub", () -> driver.verdict(disk).reasons().isEmpty());
      return;
    }
    if (volume.block() || state == State.FORMATTED || state == State.SCRUBBING) {
      driver.call(() -> driver.node().nodeStageVolume(volume.stage().build()));
      put(volume);
      driver.call(() -> driver.node().nodeUnstageVolume(volume.unstage()));
    }
    driver.stop();
    DiskRecord record = driver.record(disk);
    if (state == State.FORMATTING) {
      driver.write(disk, record.in(State.FORMATTING));
    } else if (state == State.SCRUBBING) {
      driver.write(disk, record.scrubbing(ScrubProgress.starting(ScrubMethod.ZERO)));
    }
  }

  private static Volume volume(LiveDriver driver, String id, boolean block) throws IOException {
    return new Volume(
        "data", id, block, driver.folder("staging"), driver.folder("pod").resolve("target"));
  }

  private static Path data(Volume volume) {
    return volume
        .staging()
        .resolve(volume.block() ? volume.id().substring(volume.id().indexOf('/') + 1) : "file");
  }

  private static void put(Volume volume) throws IOException {
    try (FileChannel channel =
        FileChannel.open(data(volume), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      channel.write(java.nio.ByteBuffer.wrap(TEXT));
      channel.force(true);
    }
  }

  /** The volume as callers of a driver know it. */
  Volume volume(LiveDriver driver) throws IOException {
    return volume(driver, volume, block);
  }

  /** Whether somebody's bytes are on it. */
  boolean holdsData() {
    return state == State.FORMATTED || block;
  }

  /** A disk with this on it; of as many MiB, or of its own size for 0. */
  LoopDisk attach(LoopDisks loops, long mebibytes) throws IOException {
    Path copy = Files.createTempFile(loops.folder("copies"), "disk", "");
    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    if (mebibytes > 0) {
      try (RandomAccessFile resized = new RandomAccessFile(copy.toFile(), "rw")) {
        resized.setLength(mebibytes * LiveDriver.MIB);
      }
    }
    return loops.attach(copy, sectorSize);
  }

  /** Stages the volume and reads what a pod wrote to it, if one did. */
  void assertUsable(LiveDriver driver) throws IOException {
    Volume volume = volume(driver);
    assertThat(driver.status(() -> driver.node().nodeStageVolume(volume.stage().build())))
        .isEqualTo(Status.OK);
    if (holdsData()) {
      try (FileChannel channel = FileChannel.open(data(volume), StandardOpenOption.READ)) {
        byte[] read = new byte[TEXT.length];
        assertThat(channel.read(ByteBuffer.wrap(read))).isEqualTo(TEXT.length);
        assertThat(read).isEqualTo(TEXT);
      }
    }
    assertThat(driver.status(() -> driver.node().nodeUnstageVolume(volume.unstage())))
        .isEqualTo(Status.OK);
  }

  @Override
  public String toString() {
    return name;
  }
}
