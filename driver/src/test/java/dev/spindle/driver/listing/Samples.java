package dev.spindle.driver.listing;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Eligibility;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Probe;
import dev.spindle.linux.sysfs.SysDisk;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Disks made by hand. */
final class Samples {
  static final UUID VOLUME = UUID.fromString("0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e");
  static final Instant CREATED = Instant.parse("2026-11-20T15:00:00Z");
  private static final Owner OWNER = new Owner("disk.spindle.dev", "node-a");

  private Samples() {}

  static Examined eligible(String name, long sizeBytes) {
    Disk disk =
        disk(
            name,
            sizeBytes,
            new Content.Read(new Reading.NotOurs(), new Probe.Nothing(), new Blankness.Blank()));
    Policy policy =
        new Policy(OWNER, List.of(DiskPattern.of("/dev/*")), List.of(), 0, false, false);
    return new Examined(disk, Eligibility.judge(disk, policy));
  }

  static Examined ineligible(String name, Reason... reasons) {
    return new Examined(
        disk(name, 1L << 40, new Content.Unread()), new Verdict.Ineligible(List.of(reasons)));
  }

  static Examined unreadable(String name) {
    return new Examined(
        disk(name, 1L << 40, new Content.Unread()),
        new Verdict.Unreadable(new Reason(Code.SILENT, "it has not answered for 10 seconds")));
  }

  static Examined ours(String name, State state) {
    return ours(name, state, "ext4");
  }

  static Examined ours(String name, State state, @Nullable String filesystem) {
    Geometry geometry = Geometry.of(512, 1L << 40);
    Claim claim =
        new Claim(
            VOLUME,
            "pvc-1",
            CREATED,
            geometry.volume().lengthBytes(),
            filesystem == null ? AccessType.BLOCK : AccessType.FILESYSTEM,
            filesystem,
            Map.of(),
            "shop",
            "orders",
            "pv-1");
    long half = geometry.volume().lengthBytes() / 2;
    ScrubProgress scrub =
        state == State.SCRUBBING
            ? new ScrubProgress(ScrubMethod.ZERO, half, CREATED, CREATED, "EIO at byte 5")
            : null;
    DiskRecord record = new DiskRecord(OWNER, VOLUME, geometry, state, claim, scrub);
    return new Examined(disk(name, 1L << 40, new Content.Unread()), new Verdict.Ours(record));
  }

  /** Of a disk of 1 TiB whose scrub started when its volume was created. */
  static DiskRecord scrubbing(long bytesDone, Instant updated, String error) {
    DiskRecord record = ((Verdict.Ours) ours("sda", State.SCRUBBING).verdict()).record();
    return record.scrubbing(
        new ScrubProgress(ScrubMethod.ZERO, bytesDone, CREATED, updated, error));
  }

  private static Disk disk(String name, long sizeBytes, Content content) {
    SysDisk device =
        new SysDisk(
            name,
            new DeviceNumber(8, 16),
            1,
            sizeBytes,
            512,
            false,
            false,
            false,
            false,
            true,
            "none",
            "ST 1\u001b[31m",
            "ATA",
            "S1",
            "naa.5",
            "sata",
            null,
            List.of(),
            List.of(),
            List.of());
    return new Disk(device, List.of(), List.of(), false, false, content, Disk.Twins.NONE);
  }
}
