package dev.spindle.disks.eligibility;

import static dev.spindle.disks.eligibility.Disks.GUID;
import static dev.spindle.disks.eligibility.Disks.OWNER;
import static dev.spindle.disks.eligibility.Disks.POLICY;
import static dev.spindle.disks.eligibility.Disks.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the judge makes of whole disks; {@link ReasonsTest} has the reasons one by one. */
class EligibilityTest {
  private static final List<Owner> OTHERS =
      List.of(
          new Owner("disk.spindle.dev", "node-b"),
          new Owner("other.spindle.dev", "node-a"),
          new Owner("disk.spindle.dev", "node-a "),
          new Owner("DISK.spindle.dev", "node-a"));

  @Test
  void aBlankDiskThatIsNamedIsEligible() {
    Verdict verdict = Disks.eligible().judgedBy(POLICY);

    assertThat(verdict).isInstanceOf(Eligible.class);
    Eligible eligible = (Eligible) verdict;
    assertThat(eligible.joined()).isEmpty();
    assertThat(eligible.geometry()).isEqualTo(Geometry.of(512, SIZE));
    assertThat(eligible.capacityBytes()).isEqualTo(SIZE - 4 * Geometry.MIB);
    assertThat(eligible.reasons()).isEmpty();
  }

  @Test
  void aFreeDiskOfOursIsEligibleAndBringsItsRecord() {
    Verdict verdict = Disks.joined(State.FREE).judgedBy(POLICY);

    assertThat(verdict).isInstanceOf(Eligible.class);
    assertThat(((Eligible) verdict).joined())
        .hasValueSatisfying(joined -> assertThat(joined.record().diskGuid()).isEqualTo(GUID));
  }

  @Test
  void aFreeDiskThatHasGrownKeepsTheGeometryItJoinedWith() {
    Verdict verdict = Disks.joined(State.FREE).size(2 * SIZE).judgedBy(POLICY);

    assertThat(((Eligible) verdict).geometry()).isEqualTo(Geometry.of(512, SIZE));
  }

  @Test
  void withoutAnyPatternNothingIsTouched() {
    Verdict verdict = Disks.eligible().judgedBy(Disks.naming());

    assertThat(codes(verdict)).containsExactly(Code.NOT_NAMED);
  }

  // The ledger before the policy.

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FREE")
  void aClaimIsOursOnADiskThatNoPatternNames(State state) {
    assertOurs(Disks.joined(state).judgedBy(Disks.naming("/dev/nvme*")), state);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FREE")
  void aClaimIsOursOnADiskThatIsExcluded(State state) {
    assertOurs(Disks.joined(state).judgedBy(Disks.excluding("/dev/sdb")), state);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FREE")
  void aClaimIsOursWhateverTheKernelSaysOfItsDisk(State state) {
    Disks disk =
        Disks.joined(state)
            .readOnly()
            .removable()
            .suspended()
            .held()
            .transport("iscsi")
            .mountedAt("/var/lib/kubelet/x")
            .blankness(new Blankness.Data(4096));

    assertOurs(disk.judgedBy(POLICY), state);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FREE")
  void aClaimSaysThatItsDiskIsInUse(State state) {
    assertThat(codes(Disks.joined(state).judgedBy(POLICY))).containsExactly(Code.IN_USE);
  }

  @Test
  void aFreeDiskOfOursThatNobodyNamesAnyMoreIsNotClaimedAgain() {
    assertThat(codes(Disks.joined(State.FREE).judgedBy(Disks.naming("/dev/nvme*"))))
        .containsExactly(Code.NOT_NAMED);
    assertThat(codes(Disks.joined(State.FREE).judgedBy(Disks.excluding("/dev/sd?"))))
        .containsExactly(Code.EXCLUDED);
  }

  // Other owners.

  @ParameterizedTest
  @EnumSource
  void aDiskOfAnotherOwnerIsShownWithItAndNeverOurs(State state) {
    for (Owner other : OTHERS) {
      Verdict verdict = Disks.joined(Disks.record(other, state)).judgedBy(POLICY);

      assertThat(verdict).isInstanceOf(Verdict.Ineligible.class);
      assertThat(codes(verdict)).containsExactly(Code.OTHER_OWNER);
      assertThat(verdict.reasons().get(0).message()).contains(other.toString(), OWNER.toString());
    }
  }

  @Test
  void anUnfinishedJoiningOfAnotherOwnerIsNotTakenThoughTheRestIsBlank() {
    for (Owner other : OTHERS) {
      Disks disk = Disks.eligible().content(Disks.read(Disks.recordOnly(other)));

      assertThat(codes(disk.judgedBy(POLICY))).containsExactly(Code.OTHER_OWNER);
    }
  }

  @Test
  void aDiskOfAnotherOwnerListsEverythingElseToo() {
    Verdict verdict =
        Disks.joined(Disks.record(OTHERS.get(0), State.FORMATTED))
            .content(
                new Content.Read(
                    Disks.reading(Disks.record(OTHERS.get(0), State.FORMATTED), false),
                    Disks.ownTable(),
                    new Blankness.NotChecked()))
            .removable()
            .twins(List.of("sdc"), List.of("sdd"))
            .judgedBy(Disks.naming());

    assertThat(codes(verdict))
        .containsExactlyInAnyOrder(
            Code.NOT_NAMED,
            Code.REMOVABLE,
            Code.OTHER_OWNER,
            Code.DUPLICATE,
            Code.DATA,
            Code.SECOND_PATH);
  }

  // Frozen.

  @ParameterizedTest
  @EnumSource
  void twoDisksWithOneLedgerAreFrozenInEveryState(State state) {
    Verdict verdict = Disks.joined(state).twins(List.of("sdc"), List.of()).judgedBy(POLICY);

    assertThat(verdict).isInstanceOf(Verdict.Frozen.class);
    assertThat(codes(verdict)).containsExactly(Code.DUPLICATE);
    assertThat(verdict.reasons().get(0).message()).contains("sdc");
  }

  @Test
  void twoDisksWithOneUnfinishedJoiningAreFrozen() {
    Verdict verdict =
        Disks.eligible()
            .content(Disks.read(Disks.recordOnly(OWNER)))
            .twins(List.of("sdc"), List.of())
            .judgedBy(POLICY);

    assertThat(verdict).isInstanceOf(Verdict.Frozen.class);
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedDiskOfOursIsFrozenWhateverThePolicy(Reading.Frozen.Cause cause) {
    Disks disk =
        Disks.eligible().content(Disks.read(new Reading.Frozen(cause, "what was found there")));

    for (Policy policy : List.of(POLICY, Disks.naming(), Disks.excluding("/dev/*"))) {
      Verdict verdict = disk.judgedBy(policy);
      assertThat(verdict).isInstanceOf(Verdict.Frozen.class);
      assertThat(verdict.reasons())
          .containsExactly(
              new Reason(
                  Code.valueOf(cause.name()),
                  "what was found there. spindle repair /dev/sdb shows what can be done"));
    }
  }

  @Test
  void aDamagedDiskWithACopyIsFrozenForBoth() {
    Verdict verdict =
        Disks.eligible()
            .content(Disks.read(new Reading.Frozen(Reading.Frozen.Cause.FOREIGN_DATA, "byte 512")))
            .twins(List.of("sdc"), List.of())
            .judgedBy(POLICY);

    assertThat(codes(verdict)).containsExactly(Code.FOREIGN_DATA, Code.DUPLICATE);
  }

  @ParameterizedTest
  @EnumSource
  void aDiskThatTheKernelCallsSmallerThanItsRecordIsFrozen(State state) {
    assertThat(codes(Disks.joined(state).size(SIZE - 512).judgedBy(POLICY)))
        .containsExactly(Code.GEOMETRY_CHANGED);
    assertThat(codes(Disks.joined(state).sectors(4096).judgedBy(POLICY)))
        .containsExactly(Code.GEOMETRY_CHANGED);
  }

  // Unreadable.

  @Test
  void whatCannotBeReadIsUnreadableWhateverThePolicy() {
    Reason silent = new Reason(Code.SILENT, "it did not answer for 10 s");
    Disks disk = Disks.eligible().readOnly().held().content(new Content.Unreadable(silent));

    for (Policy policy : List.of(POLICY, Disks.naming(), Disks.excluding("/dev/*"))) {
      assertThat(disk.judgedBy(policy)).isEqualTo(new Verdict.Unreadable(silent));
    }
  }

  @Test
  void aNewerFormatIsUnreadableWhateverThePolicy() {
    Disks disk =
        Disks.eligible()
            .content(Disks.read(new Reading.Newer("slot A has version 2")))
            .twins(List.of("sdc"), List.of("sdc"));

    for (Policy policy : List.of(POLICY, Disks.naming(), Disks.excluding("/dev/*"))) {
      assertThat(disk.judgedBy(policy))
          .isEqualTo(new Verdict.Unreadable(new Reason(Code.NEWER_FORMAT, "slot A has version 2")));
    }
  }

  @Test
  void aDiskThatNobodyReadIsUnreadableAndNotBlank() {
    Disks disk = Disks.eligible().content(new Content.Unread());

    assertThat(disk.judgedBy(POLICY)).isInstanceOf(Verdict.Unreadable.class);
    assertThat(disk.judgedBy(Disks.naming())).isInstanceOf(Verdict.Unreadable.class);
  }

  @Test
  void aDiskWithoutASizeIsUnreadableAndAnEmptyDriveIsNot() {
    Disks dead = Disks.eligible().content(new Content.Unread()).size(0);

    assertThat(dead.judgedBy(POLICY)).isInstanceOf(Verdict.Unreadable.class);
    assertThat(dead.judgedBy(POLICY).reasons().get(0).code()).isEqualTo(Code.NO_SIZE);
    assertThat(dead.removable().judgedBy(POLICY)).isInstanceOf(Verdict.Ineligible.class);
    for (String empty : List.of("loop3", "nbd0", "zram0", "sr0")) {
      Disks drive = Disks.eligible().content(new Content.Unread()).size(0).name(empty);
      assertThat(drive.judgedBy(Disks.naming("/dev/*"))).isInstanceOf(Verdict.Ineligible.class);
    }
  }

  // Loop devices, and others that are never believed.

  @Test
  void aLoopDeviceIsNotBelievedUnlessAllowed() {
    Disks loop = forgery().name("loop3").backing("/srv/disk.img", true);

    assertThat(codes(loop.judgedBy(POLICY))).containsExactly(Code.DEVICE_TYPE);
    assertThat(loop.judgedBy(POLICY)).isInstanceOf(Verdict.Ineligible.class);
  }

  @Test
  void anAllowedLoopDeviceOverATrustedFileIsADisk() {
    Disks blank = Disks.eligible().name("loop3").backing("/srv/disk.img", true);

    assertThat(blank.judgedBy(Disks.allowingLoops())).isInstanceOf(Eligible.class);
    assertOurs(
        forgery().name("loop3").backing("/srv/disk.img", true).judgedBy(Disks.allowingLoops()),
        State.FORMATTED);
  }

  @Test
  void aValidLedgerOnALoopDeviceOverAVolumeIsNotBelieved() {
    Disks forged = forgery().name("loop3").backing("/dev/sdb2", false);

    Verdict verdict = forged.judgedBy(Disks.allowingLoops());
    assertThat(verdict).isInstanceOf(Verdict.Ineligible.class);
    assertThat(codes(verdict)).containsOnlyOnce(Code.LOOP_BACKING);
    assertThat(Eligibility.wantsReading(unread(forged), Disks.allowingLoops())).isFalse();
  }

  @Test
  void neitherFreezesNorBlocksWhatIsNotBelieved() {
    Disks loop = Disks.eligible().name("loop3").backing("/dev/sdb2", false);
    Reading frozen = new Reading.Frozen(Reading.Frozen.Cause.FOREIGN_DATA, "forged");

    for (Content content :
        List.of(
            Disks.read(frozen),
            Disks.read(new Reading.Newer("forged")),
            new Content.Unread(),
            new Content.Unreadable(new Reason(Code.UNREADABLE, "EIO")))) {
      assertThat(loop.content(content).judgedBy(Disks.allowingLoops()))
          .isInstanceOf(Verdict.Ineligible.class);
    }
  }

  @Test
  void aForgedLedgerIsNotBelievedOnAnythingThatStandsForOtherDisks() {
    for (String name : ReasonsTest.NO_DISKS) {
      Verdict verdict = forgery().name(name).judgedBy(Disks.naming("/dev/**"));

      assertThat(verdict).as(name).isInstanceOf(Verdict.Ineligible.class);
      assertThat(codes(verdict)).as(name).containsExactly(Code.DEVICE_TYPE);
    }
    assertThat(forgery().hidden().judgedBy(POLICY)).isInstanceOf(Verdict.Ineligible.class);
  }

  @Test
  void onlyUnreadDisksOfABelievedKindWantReading() {
    Disks unread = Disks.eligible().content(new Content.Unread());

    assertThat(Eligibility.wantsReading(unread.disk(), Disks.naming())).isTrue();
    assertThat(Eligibility.wantsReading(Disks.eligible().disk(), POLICY)).isFalse();
    assertThat(Eligibility.wantsReading(unread.size(0).disk(), POLICY)).isFalse();
    assertThat(Eligibility.wantsReading(unread.size(SIZE).hidden().disk(), POLICY)).isFalse();
  }

  // What is read between joining and its commit.

  @Test
  void aBlankDiskWithOurUnfinishedJoiningIsEligibleAndJoinsAnew() {
    Disks disk = Disks.eligible().content(Disks.read(Disks.recordOnly(OWNER)));

    Verdict verdict = disk.judgedBy(POLICY);
    assertThat(verdict).isInstanceOf(Eligible.class);
    assertThat(((Eligible) verdict).joined()).isEmpty();
    assertThat(disk.probe(Disks.ownTable()).judgedBy(POLICY))
        .as("with the backup table that the joining left")
        .isInstanceOf(Eligible.class);
  }

  @Test
  void dataBesideAnUnfinishedJoiningIsTouchedAndNotEligible() {
    Verdict verdict =
        Disks.eligible()
            .content(Disks.read(Disks.recordOnly(OWNER)))
            .blankness(new Blankness.Data(5_000_000))
            .judgedBy(POLICY);

    assertThat(verdict).isInstanceOf(Verdict.Ineligible.class);
    assertThat(codes(verdict)).containsExactly(Code.TOUCHED);
    assertThat(verdict.reasons().get(0).message()).contains("5000000");
  }

  @Test
  void aTableWithAnotherGuidIsForeignEvenBesideARecordOfOurs() {
    Probe other =
        Disks.found(Signature.Kind.PARTITION_TABLE, "gpt", "11111111-2222-3333-4444-555555555555");
    Probe dos = Disks.found(Signature.Kind.PARTITION_TABLE, "dos", GUID.toString());
    Probe nameless = Disks.found(Signature.Kind.PARTITION_TABLE, "gpt", null);

    for (Probe probe : List.of(other, dos, nameless)) {
      assertThat(codes(Disks.joined(State.FREE).probe(probe).judgedBy(POLICY)))
          .containsExactly(Code.SIGNATURE);
      assertThat(
              codes(
                  Disks.eligible()
                      .content(Disks.read(Disks.recordOnly(OWNER)))
                      .probe(probe)
                      .judgedBy(POLICY)))
          .containsExactly(Code.SIGNATURE);
    }
  }

  @Test
  void aFreeDiskOfOursWithAForeignBackupTableIsNotEligible() {
    DiskRecord free = Disks.record(OWNER, State.FREE);
    Disks disk =
        Disks.joined(free)
            .content(
                new Content.Read(
                    Disks.reading(free, false), Disks.ownTable(), new Blankness.Blank()));

    assertThat(codes(disk.judgedBy(POLICY))).containsExactly(Code.DATA);
  }

  @Test
  void aFreeDiskOfOursWithDataIsNotEligible() {
    Disks disk = Disks.joined(State.FREE).blankness(new Blankness.Data(3 * Geometry.MIB));

    assertThat(codes(disk.judgedBy(POLICY))).containsExactly(Code.DATA);
  }

  @Test
  void aFreeDiskOfOursWithASecondPathIsNotEligible() {
    Disks disk = Disks.joined(State.FREE).twins(List.of(), List.of("sdc"));

    assertThat(codes(disk.judgedBy(POLICY))).containsExactly(Code.SECOND_PATH);
  }

  // Looking whether it is blank, last.

  @Test
  void onlyADiskThatNothingElseSpeaksAgainstWantsTheBlankCheck() {
    Blankness unknown = new Blankness.NotChecked();

    assertThat(wantsBlankCheck(Disks.eligible().blankness(unknown))).isTrue();
    assertThat(wantsBlankCheck(Disks.joined(State.FREE).blankness(unknown))).isTrue();
    assertThat(
            wantsBlankCheck(
                Disks.eligible().content(Disks.read(Disks.recordOnly(OWNER))).blankness(unknown)))
        .isTrue();
    assertThat(codes(Disks.eligible().blankness(unknown).judgedBy(POLICY)))
        .containsExactly(Code.NOT_CHECKED);

    assertThat(wantsBlankCheck(Disks.eligible())).isFalse();
    assertThat(wantsBlankCheck(Disks.eligible().blankness(new Blankness.Data(0)))).isFalse();
    assertThat(wantsBlankCheck(Disks.eligible().blankness(unknown).removable())).isFalse();
    assertThat(wantsBlankCheck(Disks.joined(State.CLAIMED).blankness(unknown))).isFalse();
    assertThat(wantsBlankCheck(Disks.eligible().content(new Content.Unread()))).isFalse();
    assertThat(Eligibility.wantsBlankCheck(Disks.eligible().disk(), Disks.naming())).isFalse();
  }

  private static boolean wantsBlankCheck(Disks disk) {
    return Eligibility.wantsBlankCheck(disk.disk(), POLICY);
  }

  /** A ledger that is valid in every way: what a tenant could copy into its own volume. */
  private static Disks forgery() {
    return Disks.joined(State.FORMATTED).partitions();
  }

  private static Disk unread(Disks disk) {
    return disk.content(new Content.Unread()).disk();
  }

  private static void assertOurs(Verdict verdict, State state) {
    assertThat(verdict).isEqualTo(new Verdict.Ours(Disks.record(OWNER, state)));
  }

  private static List<Code> codes(Verdict verdict) {
    return verdict.reasons().stream().map(Reason::code).toList();
  }
}
