package dev.spindle.disks.eligibility;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Disk.Twins;
import dev.spindle.disks.ledger.Image;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Mount;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A disk to be judged, built one fact at a time. It starts as /dev/sdb, 10 GiB, SATA, read, nothing
 * on it: with {@link #POLICY} it is eligible.
 */
final class Disks {
  static final long SIZE = 10L << 30;
  static final Owner OWNER = new Owner("disk.spindle.dev", "node-a");
  static final UUID GUID = UUID.fromString("6f0d6c1e-63f7-4a0e-9b0a-0d5e0c1f2a3b");
  static final UUID VOLUME = UUID.fromString("0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e");
  static final Path BY_ID = Path.of("/dev/disk/by-id/ata-SAMSUNG_870_S6PT");
  static final Policy POLICY =
      new Policy(OWNER, patterns("/dev/sd*", "/dev/loop*"), List.of(), 1L << 30, false, false);

  private String name = "sdb";
  private long sizeBytes = SIZE;
  private int sectorSize = 512;
  private boolean readOnly;
  private boolean removable;
  private boolean hidden;
  private boolean suspended;
  private String zoned = "none";
  private String transport = "sata";
  private @Nullable String backingFile;
  private List<String> holders = List.of();
  private List<SysPartition> partitions = List.of();
  private List<Path> links = List.of(BY_ID);
  private List<Mount> mounts = List.of();
  private List<Path> swaps = List.of();
  private boolean held;
  private boolean backingTrusted;
  private Content content = read(new Reading.NotOurs());
  private Twins twins = Twins.NONE;

  private Disks() {}

  static Disks eligible() {
    return new Disks();
  }

  /** Our disk in a state, with the partitions the kernel then knows. */
  static Disks joined(State state) {
    return joined(record(OWNER, state));
  }

  static Disks joined(DiskRecord record) {
    Disks disk = new Disks();
    disk.content = new Content.Read(reading(record, true), ownTable(), new Blankness.Blank());
    Geometry geometry = record.geometry();
    disk.partitions = List.of(partition(1, geometry.record()), partition(2, geometry.volume()));
    return disk;
  }

  static Reading.Joined reading(DiskRecord record, boolean backupIntact) {
    return new Reading.Joined(record, 7, true, backupIntact, Image.NOTHING);
  }

  static Reading.RecordOnly recordOnly(Owner owner) {
    return new Reading.RecordOnly(record(owner, State.FREE), Image.NOTHING);
  }

  /** What libblkid says of a disk that carries our table. */
  static Probe ownTable() {
    return found(Signature.Kind.PARTITION_TABLE, "gpt", GUID.toString());
  }

  static Probe found(Signature.Kind kind, String type, @Nullable String uuid) {
    return new Probe.Found(List.of(new Signature(kind, type, uuid, null)));
  }

  static Content read(Reading reading) {
    return new Content.Read(reading, new Probe.Nothing(), new Blankness.Blank());
  }

  static DiskRecord record(Owner owner, State state) {
    ScrubProgress scrub =
        state == State.SCRUBBING
            ? new ScrubProgress(ScrubMethod.ZERO, 0, Instant.EPOCH, Instant.EPOCH, "")
            : null;
    return new DiskRecord(
        owner, GUID, Geometry.of(512, SIZE), state, state == State.FREE ? null : claim(), scrub);
  }

  private static Claim claim() {
    return new Claim(
        VOLUME,
        "pvc-1",
        Instant.EPOCH,
        Geometry.of(512, SIZE).volume().lengthBytes(),
        AccessType.FILESYSTEM,
        "ext4",
        Map.of(),
        "shop",
        "orders",
        "pv-1");
  }

  static SysPartition partition(int number, Extent extent) {
    return new SysPartition(
        "sdb" + number,
        number,
        new DeviceNumber(8, 16 + number),
        extent.startBytes(),
        extent.lengthBytes());
  }

  static List<DiskPattern> patterns(String... globs) {
    return List.of(globs).stream().map(DiskPattern::of).toList();
  }

  static Policy naming(String... globs) {
    return new Policy(OWNER, patterns(globs), List.of(), 1L << 30, false, false);
  }

  static Policy excluding(String... globs) {
    return new Policy(OWNER, POLICY.disks(), patterns(globs), 1L << 30, false, false);
  }

  static Policy allowingLoops() {
    return new Policy(OWNER, POLICY.disks(), List.of(), 1L << 30, true, false);
  }

  static Policy allowingShared() {
    return new Policy(OWNER, POLICY.disks(), List.of(), 1L << 30, false, true);
  }

  Disks name(String value) {
    name = value;
    return this;
  }

  Disks size(long bytes) {
    sizeBytes = bytes;
    return this;
  }

  Disks sectors(int bytes) {
    sectorSize = bytes;
    return this;
  }

  Disks readOnly() {
    readOnly = true;
    return this;
  }

  Disks removable() {
    removable = true;
    return this;
  }

  Disks hidden() {
    hidden = true;
    return this;
  }

  Disks suspended() {
    suspended = true;
    return this;
  }

  Disks zoned(String model) {
    zoned = model;
    return this;
  }

  Disks transport(String value) {
    transport = value;
    return this;
  }

  Disks backing(String file, boolean trusted) {
    backingFile = file;
    backingTrusted = trusted;
    return this;
  }

  Disks holder(String holder) {
    holders = List.of(holder);
    return this;
  }

  Disks partitions(SysPartition... values) {
    partitions = List.of(values);
    return this;
  }

  Disks links(Path... values) {
    links = List.of(values);
    return this;
  }

  Disks mountedAt(String target) {
    Mount mount =
        new Mount(
            new DeviceNumber(8, 17),
            "/",
            Path.of(target),
            List.of("rw"),
            "ext4",
            "/dev/sdb1",
            List.of("rw"));
    mounts = List.of(mount);
    return this;
  }

  Disks swap(String node) {
    swaps = List.of(Path.of(node));
    return this;
  }

  Disks held() {
    held = true;
    return this;
  }

  Disks twins(List<String> sameLedger, List<String> sameHardware) {
    twins = new Twins(sameLedger, sameHardware);
    return this;
  }

  Disks content(Content value) {
    content = value;
    return this;
  }

  /** Read as before, but what libblkid says. */
  Disks probe(Probe value) {
    return content instanceof Content.Read read
        ? content(new Content.Read(read.reading(), value, read.blankness()))
        : this;
  }

  /** Read as before, but whether the rest is zero. */
  Disks blankness(Blankness value) {
    return content instanceof Content.Read read
        ? content(new Content.Read(read.reading(), read.probe(), value))
        : this;
  }

  Disk disk() {
    return new Disk(device(), mounts, swaps, held, backingTrusted, content, twins);
  }

  Verdict judgedBy(Policy policy) {
    return Eligibility.judge(disk(), policy);
  }

  private SysDisk device() {
    return new SysDisk(
        name,
        new DeviceNumber(8, 16),
        42,
        sizeBytes,
        sectorSize,
        readOnly,
        removable,
        hidden,
        suspended,
        false,
        zoned,
        "870 EVO",
        "SAMSUNG",
        "S6PT",
        "naa.5002538f",
        transport,
        backingFile,
        holders,
        partitions,
        links);
  }
}
