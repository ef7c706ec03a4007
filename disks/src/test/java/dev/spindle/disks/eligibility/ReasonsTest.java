package dev.spindle.disks.eligibility;

import static dev.spindle.disks.eligibility.Disks.POLICY;
import static dev.spindle.disks.eligibility.Disks.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fact that speaks against a disk, alone and with all others. */
class ReasonsTest {
  static final List<String> NO_DISKS =
      List.of(
          "ram0",
          "zram1",
          "sr0",
          "fd0",
          "nbd15",
          "dm-0",
          "md0",
          "md127",
          "md_d0",
          "md_home",
          "bcache0",
          "drbd1",
          "rbd0",
          "pmem0",
          "pmem0.1s",
          "mtdblock3",
          "ubiblock0_0",
          "ublkb0",
          "zd16",
          "etherd/e1.1",
          "mmcblk0boot1");

  /** A fact that speaks against the eligible disk. */
  enum Bad {
    READ_ONLY(Disks::readOnly),
    REMOVABLE(Disks::removable),
    HIDDEN(Disks::hidden),
    SUSPENDED(Disks::suspended),
    NO_SIZE(disk -> disk.size(0)),
    TOO_SMALL(disk -> disk.size((1L << 30) - 512)),
    SECTOR_SIZE(disk -> disk.sectors(520)),
    ZONED(disk -> disk.zoned("host-managed")),
    SHARED_TRANSPORT(disk -> disk.transport("iscsi")),
    DEVICE_TYPE(disk -> disk.name("dm-0")),
    HOLDERS(disk -> disk.holder("dm-3")),
    PARTITIONS(disk -> disk.partitions(Disks.partition(1, new Extent(Geometry.MIB, SIZE / 2)))),
    MOUNTED(disk -> disk.mountedAt("/srv")),
    SWAP(disk -> disk.swap("/dev/sdb1")),
    BUSY(Disks::held),
    SIGNATURE(disk -> disk.probe(Disks.found(Signature.Kind.SUPERBLOCK, "ext4", null))),
    AMBIGUOUS_SIGNATURE(disk -> disk.probe(new Probe.Ambiguous())),
    DATA(disk -> disk.blankness(new Blankness.Data(20 * Geometry.MIB))),
    NOT_CHECKED(disk -> disk.blankness(new Blankness.NotChecked())),
    SECOND_PATH(disk -> disk.twins(List.of(), List.of("sdc"))),
    DUPLICATE(disk -> disk.twins(List.of("sdc"), List.of())),
    UNREADABLE(
        disk -> disk.content(new Content.Unreadable(new Reason(Code.UNREADABLE, "read: EIO"))));

    @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing
    private final UnaryOperator<Disks> fact;

    Bad(UnaryOperator<Disks> fact) {
      this.fact = fact;
    }

    Disks addTo(Disks disk) {
      return fact.apply(disk);
    }

    Code code() {
      return Code.valueOf(name());
    }
  }

  static Stream<Bad> bad() {
    return Stream.of(Bad.values());
  }

  @ParameterizedTest
  @MethodSource("bad")
  void oneFactMakesABlankDiskNotEligibleAndIsItsOnlyReason(Bad bad) {
    Policy policy = Disks.naming("/dev/*");

    Verdict verdict = bad.addTo(Disks.eligible()).judgedBy(policy);

    assertThat(verdict).isNotInstanceOf(Eligible.class);
    assertThat(codes(verdict)).containsExactly(bad.code());
    assertThat(verdict.reasons().get(0).message()).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void oneFactMakesAFreeDiskOfOursNotEligible(Bad bad) {
    Verdict verdict = bad.addTo(Disks.joined(State.FREE)).judgedBy(Disks.naming("/dev/*"));

    assertThat(verdict).isNotInstanceOf(Eligible.class);
    assertThat(verdict.reasons()).isNotEmpty();
  }

  @Test
  void allReasonsAtOnceAreAllListed() {
    Disks disk = Disks.eligible();
    Set<Bad> apart =
        Set.of(
            Bad.HIDDEN, // not read
            Bad.DEVICE_TYPE, // not read
            Bad.NO_SIZE, // not read
            Bad.UNREADABLE,
            Bad.DUPLICATE, // frozen
            Bad.AMBIGUOUS_SIGNATURE, // instead of a signature
            Bad.NOT_CHECKED); // instead of data
    List<Bad> together = bad().filter(bad -> !apart.contains(bad)).toList();
    together.forEach(bad -> bad.addTo(disk));

    Verdict verdict = disk.judgedBy(excludingAllAndNamingNone());

    assertThat(verdict).isInstanceOf(Verdict.Ineligible.class);
    assertThat(codes(verdict))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    together.stream().map(Bad::code),
                    Stream.of(Code.NOT_NAMED, Code.EXCLUDED, Code.EXCLUDED))
                .toList());
  }

  @Test
  void aDeviceThatIsNotReadListsAllThatTheKernelSays() {
    Verdict verdict =
        Disks.eligible()
            .content(new Content.Unread())
            .name("dm-0")
            .size(0)
            .sectors(0)
            .hidden()
            .readOnly()
            .holder("dm-1")
            .mountedAt("/srv")
            .swap("/dev/dm-0")
            .judgedBy(POLICY);

    assertThat(codes(verdict))
        .containsExactlyInAnyOrder(
            Code.NOT_NAMED,
            Code.DEVICE_TYPE,
            Code.HIDDEN,
            Code.READ_ONLY,
            Code.SECTOR_SIZE,
            Code.NO_SIZE,
            Code.HOLDERS,
            Code.MOUNTED,
            Code.SWAP);
  }

  @Test
  void everyExcludingPatternIsNamed() {
    Verdict verdict = Disks.eligible().judgedBy(excludingAllAndNamingNone());

    assertThat(verdict.reasons().stream().map(Reason::message))
        .contains("--exclude /dev/* names it", "--exclude /dev/sd? names it");
  }

  @Test
  void devicesThatAreNoDisksAreNotTaken() {
    for (String name : NO_DISKS) {
      assertThat(codes(Disks.eligible().name(name).judgedBy(Disks.naming("/dev/**"))))
          .as(name)
          .containsExactly(Code.DEVICE_TYPE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sda", "sdaa", "nvme0n1", "vdb", "xvdf", "mmcblk0", "cciss/c0d0", "dasda", "hda"})
  void disksAreDisks(String name) {
    assertThat(Disks.eligible().name(name).judgedBy(Disks.naming("/dev/**")))
        .isInstanceOf(Eligible.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iscsi", "fc", "nvme-tcp", "nvme-rdma", "nvme-fc", "nvme-loop"})
  void aTransportThatOthersShareIsRefusedUnlessAllowed(String transport) {
    Disks disk = Disks.eligible().transport(transport);

    assertThat(codes(disk.judgedBy(POLICY))).containsExactly(Code.SHARED_TRANSPORT);
    assertThat(disk.judgedBy(Disks.allowingShared())).isInstanceOf(Eligible.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nvme", "sata", "sas", "scsi", "usb", "virtio", "mmc"})
  void aTransportOfThisNodeAloneIsTaken(String transport) {
    assertThat(Disks.eligible().transport(transport).judgedBy(POLICY)).isInstanceOf(Eligible.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"host-managed", "host-aware"})
  void zonedDisksAreRefused(String model) {
    assertThat(codes(Disks.eligible().zoned(model).judgedBy(POLICY))).containsExactly(Code.ZONED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 520, 528, 1024, 2048, 8192, 65536})
  void sectorSizesThatTheTableIsNotMadeForAreRefused(int bytes) {
    assertThat(codes(Disks.eligible().sectors(bytes).judgedBy(POLICY)))
        .containsExactly(Code.SECTOR_SIZE);
  }

  @Test
  void disksOf4096ByteSectorsAreTaken() {
    assertThat(Disks.eligible().sectors(4096).judgedBy(POLICY)).isInstanceOf(Eligible.class);
  }

  @Test
  void theSmallestDiskThatCanBeDividedIsTheSmallestWhateverIsAskedFor() {
    Policy any = new Policy(Disks.OWNER, POLICY.disks(), List.of(), 0, false, false);

    assertThat(Disks.eligible().size(Geometry.SMALLEST_DISK_BYTES).judgedBy(any))
        .isInstanceOf(Eligible.class);
    Verdict smaller = Disks.eligible().size(Geometry.SMALLEST_DISK_BYTES - 512).judgedBy(any);
    assertThat(codes(smaller)).containsExactly(Code.TOO_SMALL);
    assertThat(smaller.reasons().get(0).message()).endsWith("the smallest disk to take has 5Mi");
  }

  @Test
  void aDiskOfJustTheSizeAskedForIsTaken() {
    assertThat(Disks.eligible().size(POLICY.minDiskBytes()).judgedBy(POLICY))
        .isInstanceOf(Eligible.class);
  }

  @Test
  void whatLibblkidCannotNameIsStillASignature() {
    assertThat(codes(Disks.eligible().probe(new Probe.Found(List.of())).judgedBy(POLICY)))
        .containsExactly(Code.SIGNATURE);
  }

  @Test
  void everySignatureIsListed() {
    Probe two =
        new Probe.Found(
            List.of(
                new Signature(Signature.Kind.SUPERBLOCK, "zfs_member", "1234", "tank"),
                new Signature(Signature.Kind.PARTITION_TABLE, "dos", null, null)));

    assertThat(Disks.eligible().probe(two).judgedBy(POLICY).reasons().stream().map(Reason::message))
        .containsExactly("found on it: zfs_member \"tank\" 1234", "a dos partition table is on it");
  }

  @Test
  void aProtectiveRecordWithoutItsTableIsExplained() {
    Probe shell =
        new Probe.Found(List.of(new Signature(Signature.Kind.PARTITION_TABLE, "PMBR", null, null)));

    assertThat(
            Disks.eligible().probe(shell).judgedBy(POLICY).reasons().stream().map(Reason::message))
        .singleElement()
        .asString()
        .contains("protective MBR", "no GPT that can be read", "sectors of another size");
  }

  @Test
  void theProtectiveRecordOfAnInterruptedJoiningIsOurs() {
    Probe shell =
        new Probe.Found(List.of(new Signature(Signature.Kind.PARTITION_TABLE, "PMBR", null, null)));

    assertThat(
            Disks.eligible()
                .content(
                    new Content.Read(
                        Disks.recordOnly(Disks.OWNER), shell, new Content.Blankness.Blank()))
                .judgedBy(POLICY))
        .isInstanceOf(Eligible.class);
  }

  @ParameterizedTest
  @CsvSource({"1,0,0", "2,0,0", "1,512,0", "2,0,-512", "3,0,0"})
  void onlyPartitionsOfJustOurNumberAndExtentAreOurs(int number, long moved, long longer) {
    Geometry geometry = Geometry.of(512, SIZE);
    Extent ours = number == 1 ? geometry.record() : geometry.volume();
    Extent extent = new Extent(ours.startBytes() + moved, ours.lengthBytes() + longer);
    Disks disk = Disks.joined(State.FREE).partitions(Disks.partition(number, extent));

    if (number < 3 && moved == 0 && longer == 0) {
      assertThat(disk.judgedBy(POLICY)).isInstanceOf(Eligible.class);
    } else {
      assertThat(codes(disk.judgedBy(POLICY))).containsExactly(Code.PARTITIONS);
    }
  }

  @Test
  void partitionsLikeOursOnADiskThatIsNotOursAreForeign() {
    Geometry geometry = Geometry.of(512, SIZE);
    Disks disk = Disks.eligible().partitions(Disks.partition(1, geometry.record()));

    assertThat(codes(disk.judgedBy(POLICY))).containsExactly(Code.PARTITIONS);
  }

  @Test
  void partitionsThatAKernelTookFromTheBackupOfAnInterruptedJoiningAreOurs() {
    Geometry geometry = Geometry.of(512, SIZE);
    Disks disk =
        Disks.eligible()
            .partitions(
                Disks.partition(1, geometry.record()), Disks.partition(2, geometry.volume()));

    assertThat(disk.content(Disks.read(Disks.recordOnly(Disks.OWNER))).judgedBy(POLICY))
        .isInstanceOf(Eligible.class);
    assertThat(
            codes(
                disk.partitions(Disks.partition(1, geometry.volume()))
                    .content(Disks.read(Disks.recordOnly(Disks.OWNER)))
                    .judgedBy(POLICY)))
        .containsExactly(Code.PARTITIONS);
  }

  @Test
  void wordsOfCodesAreLowerCaseWithHyphens() {
    assertThat(Stream.of(Code.values()).map(Code::word))
        .allMatch(word -> word.matches("[a-z]+(-[a-z]+)*"))
        .doesNotHaveDuplicates()
        .contains("second-path", "not-named");
  }

  private static Policy excludingAllAndNamingNone() {
    return new Policy(
        Disks.OWNER,
        List.of(),
        Disks.patterns("/dev/*", "/dev/sd?", "/dev/disk/by-id/nvme-*"),
        1L << 30,
        false,
        false);
  }

  private static List<Code> codes(Verdict verdict) {
    return verdict.reasons().stream().map(Reason::code).toList();
  }
}
