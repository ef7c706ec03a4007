package dev.spindle.disks.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Signs;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.health.Ailment.Kind;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysDisk;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From facts to ailments, without a disk. */
final class DiagnosisTest {
  private static final Geometry GEOMETRY = Geometry.of(512, 1L << 40);
  private static final Verdict OURS = new Verdict.Ours(record(State.FORMATTED, null));
  private static final SysDisk SOUND = device(false, false);
  private static final List<Mount> MOUNTED = List.of(mount("rw", "rw"), mount("ro", "rw"));

  @Test
  void aVolumeThatIsMountedAndWellHasNoAilment() {
    assertThat(Diagnosis.of(examined(OURS, SOUND, MOUNTED, Signs.NONE))).isEmpty();
  }

  @Test
  void whatKeepsADiskFromBeingReadOrTrustedAilsItsVolume() {
    assertThat(verdict(new Verdict.Unreadable(reason(Code.SILENT))))
        .containsExactly(Kind.DISK_SILENT);
    assertThat(verdict(new Verdict.Unreadable(reason(Code.UNREADABLE))))
        .containsExactly(Kind.DISK_UNREADABLE);
    assertThat(verdict(new Verdict.Unreadable(reason(Code.NEWER_FORMAT))))
        .containsExactly(Kind.DISK_UNREADABLE);
    assertThat(verdict(new Verdict.Frozen(List.of(reason(Code.DUPLICATE)))))
        .containsExactly(Kind.DISK_DUPLICATE);
    assertThat(
            verdict(
                new Verdict.Frozen(
                    List.of(
                        reason(Code.GEOMETRY_CHANGED),
                        reason(Code.FOREIGN_DATA),
                        reason(Code.DUPLICATE)))))
        .containsExactly(Kind.DISK_DUPLICATE, Kind.DISK_FROZEN);
  }

  @Test
  void theSentenceIsThatOfTheVerdict() {
    assertThat(
            Diagnosis.of(
                examined(
                    new Verdict.Frozen(List.of(reason(Code.DUPLICATE))),
                    SOUND,
                    List.of(),
                    Signs.NONE)))
        .containsExactly(new Ailment(Kind.DISK_DUPLICATE, "because duplicate"));
  }

  @Test
  void aDiskThatIsNotOursToUseIsNotOursToDiagnose() {
    Verdict foreign = new Verdict.Ineligible(List.of(reason(Code.NOT_NAMED)));
    Signs signs = new Signs(1, true, "EIO", 1, Map.of("read_errs", 1L));
    assertThat(Diagnosis.of(examined(foreign, device(true, true), MOUNTED, signs))).isEmpty();
  }

  @Test
  void theKernelsWordOnADeviceIsTaken() {
    assertThat(kinds(OURS, device(true, false), MOUNTED, Signs.NONE))
        .containsExactly(Kind.DISK_READ_ONLY);
    assertThat(kinds(OURS, device(false, true), MOUNTED, Signs.NONE))
        .containsExactly(Kind.DISK_OFFLINE);
  }

  @Test
  void countersThatAreNotZeroAreAilments() {
    assertThat(kinds(OURS, SOUND, MOUNTED, new Signs(3, false, "", 0, Map.of())))
        .containsExactly(Kind.DISK_TIMEOUTS);
    assertThat(kinds(OURS, SOUND, MOUNTED, new Signs(0, true, "", 0, Map.of())))
        .containsExactly(Kind.DISK_FAILING);
    assertThat(kinds(OURS, SOUND, MOUNTED, new Signs(0, false, "", 2, Map.of())))
        .containsExactly(Kind.FILESYSTEM_ERRORS);
    assertThat(kinds(OURS, SOUND, MOUNTED, new Signs(0, false, "", 0, Map.of("write_errs", 2L))))
        .containsExactly(Kind.FILESYSTEM_ERRORS);
    assertThat(
            kinds(
                OURS,
                SOUND,
                MOUNTED,
                new Signs(0, false, "", 0, Map.of("corruption_errs", 1L, "read_errs", 4L))))
        .containsExactly(Kind.FILESYSTEM_ERRORS, Kind.DATA_CORRUPT);
  }

  @Test
  void onlyAFilesystemThatWasToBeWritableHasBecomeReadOnly() {
    assertThat(mounted(mount("rw", "ro"))).containsExactly(Kind.FILESYSTEM_READ_ONLY);
    assertThat(mounted(mount("rw", "rw", "emergency_ro")))
        .containsExactly(Kind.FILESYSTEM_READ_ONLY);
    assertThat(mounted(mount("ro", "ro"), mount("rw", "ro")))
        .containsExactly(Kind.FILESYSTEM_READ_ONLY);
    assertThat(mounted(mount("ro", "ro"))).isEmpty();
    assertThat(mounted(mount("ro", "rw"))).isEmpty();
  }

  @Test
  void aFilesystemThatHasShutItselfDownSaysSoOrRefusesItsRoot() {
    assertThat(mounted(mount("rw", "rw", "shutdown"))).containsExactly(Kind.FILESYSTEM_SHUT_DOWN);
    assertThat(kinds(OURS, SOUND, MOUNTED, new Signs(0, false, "EIO", 0, Map.of())))
        .containsExactly(Kind.FILESYSTEM_SHUT_DOWN);
  }

  @Test
  void aScrubThatWasStoppedByAnErrorIsOneAndOneThatGoesOnIsNot() {
    Instant now = Instant.EPOCH;
    ScrubProgress failed = new ScrubProgress(ScrubMethod.ZERO, 0, now, now, "EIO at byte 5");
    ScrubProgress running = new ScrubProgress(ScrubMethod.ZERO, 0, now, now, "");
    assertThat(verdict(new Verdict.Ours(record(State.SCRUBBING, failed))))
        .containsExactly(Kind.SCRUB_FAILING);
    assertThat(verdict(new Verdict.Ours(record(State.SCRUBBING, running)))).isEmpty();
  }

  @Test
  void everyKindHasAWordOfItsOwnInCamelCase() {
    List<String> words = Arrays.stream(Kind.values()).map(Kind::word).toList();
    assertThat(words).doesNotHaveDuplicates().allMatch(word -> word.matches("([A-Z][a-z]+){2,}"));
  }

  private static List<Kind> verdict(Verdict verdict) {
    return kinds(verdict, SOUND, List.of(), Signs.NONE);
  }

  private static List<Kind> mounted(Mount... mounts) {
    return kinds(OURS, SOUND, List.of(mounts), Signs.NONE);
  }

  private static List<Kind> kinds(
      Verdict verdict, SysDisk device, List<Mount> mounts, Signs signs) {
    return Diagnosis.of(examined(verdict, device, mounts, signs)).stream()
        .map(Ailment::kind)
        .toList();
  }

  private static Examined examined(
      Verdict verdict, SysDisk device, List<Mount> mounts, Signs signs) {
    Disk disk =
        new Disk(
            device, mounts, List.of(), false, true, new Content.Unread(), Disk.Twins.NONE, signs);
    return new Examined(disk, verdict);
  }

  private static Reason reason(Code code) {
    return new Reason(code, "because " + code.word());
  }

  private static Mount mount(String option, String... superOptions) {
    return new Mount(
        new DeviceNumber(8, 18),
        "/",
        Path.of("/stage"),
        List.of(option, "relatime"),
        "ext4",
        "/dev/sdb2",
        List.of(superOptions));
  }

  private static DiskRecord record(State state, @Nullable ScrubProgress scrub) {
    Claim claim =
        new Claim(
            new UUID(1, 2),
            "pvc-1",
            Instant.EPOCH,
            GEOMETRY.volume().lengthBytes(),
            AccessType.FILESYSTEM,
            "ext4",
            Map.of(),
            "",
            "",
            "");
    Owner owner = new Owner("disk.spindle.dev", "n");
    return new DiskRecord(owner, new UUID(3, 4), GEOMETRY, state, claim, scrub);
  }

  private static SysDisk device(boolean readOnly, boolean suspended) {
    return new SysDisk(
        "sdb",
        new DeviceNumber(8, 16),
        1,
        1L << 40,
        512,
        readOnly,
        false,
        false,
        suspended,
        false,
        "none",
        "",
        "",
        "",
        "",
        "sata",
        null,
        List.of(),
        List.of(),
        List.of());
  }
}
