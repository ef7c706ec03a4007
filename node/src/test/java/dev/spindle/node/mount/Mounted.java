package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Mount;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Mounts and claims for tests of plans. */
final class Mounted {
  static final UUID VOLUME = UUID.fromString("7c1e6c3c-0b0a-4a52-9d9f-0123456789ab");
  static final String ID = "n1/" + VOLUME;

  private Mounted() {}

  static Claim claim(AccessType type) {
    return new Claim(
        VOLUME,
        "pvc-1",
        Instant.EPOCH,
        1L << 30,
        type,
        type == AccessType.BLOCK ? null : "ext4",
        Map.of(),
        "",
        "",
        "");
  }

  static DiskRecord record(State state) {
    return new DiskRecord(
        new Owner("disk.spindle.dev", "n1"),
        VOLUME,
        Geometry.of(512, 1L << 30),
        state,
        claim(AccessType.FILESYSTEM),
        null);
  }

  static Mount at(String target, String... options) {
    return new Mount(
        new DeviceNumber(8, 18),
        "/",
        Path.of(target),
        List.of(options),
        "ext4",
        "/dev/sdb2",
        List.of("rw"));
  }

  static Mount device(String target, String... options) {
    return new Mount(
        new DeviceNumber(0, 5),
        "/sdb2",
        Path.of(target),
        List.of(options),
        "devtmpfs",
        "devtmpfs",
        List.of("rw"));
  }
}
