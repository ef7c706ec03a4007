package dev.spindle.disks.eligibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.eligibility.Reason.Code;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskPatternTest {
  private static final Disks DISK =
      Disks.eligible()
          .links(
              Path.of("/dev/disk/by-id/ata-SAMSUNG_870_S6PT"),
              Path.of("/dev/disk/by-id/wwn-0x5002538f"),
              Path.of("/dev/disk/by-path/pci-0000:00:17.0-ata-2"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dev/sdb",
        "/dev/sd?",
        "/dev/sd[a-c]",
        "/dev/*",
        "/dev/{sdb,sdc}",
        "/dev/disk/by-id/ata-*",
        "/dev/disk/by-id/wwn-0x5002538f",
        "/dev/disk/by-path/*-ata-2",
        "/dev/disk/by-*/*870*",
        "/dev/**"
      })
  void matchesTheNodeOrAnyOfItsNames(String glob) {
    assertThat(DiskPattern.of(glob).matches(DISK.disk().device())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dev/sdbb",
        "/dev/sd",
        "/dev/sdb1",
        "/dev/SDB",
        "/dev/disk/*",
        "/dev/disk/by-id",
        "/dev/disk/by-id/nvme-*",
        "/dev/disk/by-id/ata-SAMSUNG",
        "/dev/disk/by-path/*-ata-1"
      })
  void matchesNothingElse(String glob) {
    assertThat(DiskPattern.of(glob).matches(DISK.disk().device())).isFalse();
  }

  @Test
  void aStarStaysWithinOneDirectory() {
    Disks raid = Disks.eligible().name("cciss/c0d0").links();

    assertThat(DiskPattern.of("/dev/*").matches(raid.disk().device())).isFalse();
    assertThat(DiskPattern.of("/dev/cciss/*").matches(raid.disk().device())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "sdb", "sd*", "dev/sdb", "/sys/block/sdb", " /dev/sdb"})
  void aPatternStartsWithDev(String glob) {
    assertThatThrownBy(() -> DiskPattern.of(glob))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/dev/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/sd[", "/dev/{sda"})
  void whatIsNoGlobIsRefused(String glob) {
    assertThatThrownBy(() -> DiskPattern.of(glob)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isWrittenAsItWasGiven() {
    assertThat(DiskPattern.of("/dev/sd[b-f]")).hasToString("/dev/sd[b-f]");
  }

  @Test
  void aDiskIsTakenByAnyOfItsNames() {
    assertThat(DISK.judgedBy(Disks.naming("/dev/disk/by-id/ata-SAMSUNG*")))
        .isInstanceOf(Eligible.class);
  }

  @Test
  void excludingOneNameExcludesTheDiskByAllItsNames() {
    Verdict verdict = DISK.judgedBy(Disks.excluding("/dev/disk/by-id/wwn-*"));

    assertThat(verdict.reasons().stream().map(Reason::code)).containsExactly(Code.EXCLUDED);
  }

  @Test
  void aDiskWithoutLinksMayBeAnExcludedOneWhoseNamesAreYetToCome() {
    Disks justPlugged = Disks.eligible().links();

    Verdict verdict = justPlugged.judgedBy(Disks.excluding("/dev/disk/by-id/wwn-0x99"));
    assertThat(verdict.reasons().stream().map(Reason::code)).containsExactly(Code.EXCLUDED);
    assertThat(justPlugged.judgedBy(Disks.excluding("/dev/sdz"))).isInstanceOf(Eligible.class);
  }
}
