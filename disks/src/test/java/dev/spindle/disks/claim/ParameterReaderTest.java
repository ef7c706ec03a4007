package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.claim.ClassParameters.DiskType;
import dev.spindle.linux.FilesystemType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterReaderTest {
  private static final String FSTYPE = "csi.storage.k8s.io/fstype";

  @Test
  void withoutParametersAnyDiskWillDoAndIsZeroed() {
    assertThat(ClassParameters.parse(Map.of()))
        .isEqualTo(
            new ClassParameters(
                DiskType.ANY,
                0,
                0,
                List.of(),
                java.util.Optional.empty(),
                ScrubMethod.ZERO,
                Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"disktype", "DiskType", "diskTyp", "", "type", "scrub ", "k8s.io/fstype"})
  void anUnknownKeyIsNamedWithTheKnownOnes(String key) {
    assertRefused(Map.of(key, "any"))
        .hasMessageContaining("\"" + key + "\"")
        .hasMessageContaining("diskType, minDiskSize, maxDiskSize, diskSelector")
        .hasMessageContaining("scrub")
        .hasMessageContaining(FSTYPE);
  }

  @Test
  void keysOfKubernetesAreToleratedAndNotKept() {
    ClassParameters read =
        ClassParameters.parse(
            Map.of(
                "csi.storage.k8s.io/pvc/name", "orders",
                "csi.storage.k8s.io/whatever-comes-next", "x",
                "diskType", "hdd"));

    assertThat(read.diskType()).isEqualTo(DiskType.HDD);
    assertThat(read.given()).isEqualTo(Map.of("diskType", "hdd"));
  }

  @ParameterizedTest
  @CsvSource({"ext4,EXT4", "xfs,XFS", "btrfs,BTRFS", "XFS,XFS"})
  void theFilesystemIsReadFromEitherKey(String value, FilesystemType type) {
    assertThat(ClassParameters.parse(Map.of(FSTYPE, value)).filesystem()).hasValue(type);
    assertThat(ClassParameters.parse(Map.of("fstype", value)).filesystem()).hasValue(type);
    assertThat(ClassParameters.parse(Map.of("fsType", value)).filesystem()).hasValue(type);
    assertThat(ClassParameters.parse(Map.of("fstype", value, FSTYPE, value)).filesystem())
        .hasValue(type);
  }

  @Test
  void contradictoryFilesystemsAreRefused() {
    assertRefused(Map.of("fstype", "xfs", FSTYPE, "ext4")).hasMessageContaining("fstype");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ext3", "ntfs", "ext4 ", "ext4,xfs"})
  void otherFilesystemsAreRefusedWithTheKnownOnes(String name) {
    assertRefused(Map.of(FSTYPE, name)).hasMessageContaining("ext4, xfs, btrfs");
  }

  @ParameterizedTest
  @EnumSource
  void diskTypesAreWrittenInLowerCase(DiskType type) {
    String value = type.name().toLowerCase(java.util.Locale.ROOT);

    assertThat(ClassParameters.parse(Map.of("diskType", value)).diskType()).isEqualTo(type);
    assertRefused(Map.of("diskType", type.name()))
        .hasMessageContaining("diskType")
        .hasMessageContaining("[any, hdd, ssd, nvme]");
  }

  @Test
  void scrubIsOneOfTwo() {
    assertThat(ClassParameters.parse(Map.of("scrub", "discard")).scrub())
        .isEqualTo(ScrubMethod.DISCARD);
    assertRefused(Map.of("scrub", "none"))
        .hasMessageContaining("\"none\"")
        .hasMessageContaining("[zero, discard]");
  }

  @Test
  void sizesAreQuantities() {
    ClassParameters read =
        ClassParameters.parse(Map.of("minDiskSize", "1.5Ti", "maxDiskSize", "4T"));

    assertThat(read.minDiskBytes()).isEqualTo(3L << 39);
    assertThat(read.maxDiskBytes()).isEqualTo(4_000_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minDiskSize", "maxDiskSize"})
  void whatIsNoSizeIsRefusedWithItsKey(String key) {
    for (String value : List.of("", "big", "-1", "1Zi")) {
      assertRefused(Map.of(key, value)).hasMessageContaining(key + ": ");
    }
  }

  @Test
  void aSmallestSizeOverTheLargestIsRefused() {
    assertRefused(Map.of("minDiskSize", "2Gi", "maxDiskSize", "1Gi"))
        .hasMessageContaining("minDiskSize")
        .hasMessageContaining("maxDiskSize");
    assertThat(ClassParameters.parse(Map.of("minDiskSize", "1Gi", "maxDiskSize", "1Gi")))
        .isNotNull();
  }

  @Test
  void selectorsAreSeparatedByCommas() {
    assertThat(
            ClassParameters.parse(Map.of("diskSelector", " SAMSUNG*, ,pci-0000:0[13]* ,"))
                .diskSelector())
        .containsExactly("SAMSUNG*", "pci-0000:0[13]*");
    assertThat(ClassParameters.parse(Map.of("diskSelector", "")).diskSelector()).isEmpty();
    assertThat(ClassParameters.parse(Map.of("diskSelector", "{a,b}*, c")).diskSelector())
        .containsExactly("{a,b}*", "c");
  }

  @Test
  void aSelectorThatIsNoGlobIsRefused() {
    assertRefused(Map.of("diskSelector", "SAMSUNG*,[0-9"))
        .hasMessageContaining("diskSelector")
        .hasMessageContaining("[0-9");
  }

  @Test
  void whatWasGivenIsKeptAsItWas() {
    Map<String, String> given = Map.of("diskType", "ssd", "minDiskSize", "100G", "scrub", "zero");

    assertThat(ClassParameters.parse(given).given()).isEqualTo(given);
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Map<String, String> parameters) {
    return assertThatThrownBy(() -> ClassParameters.parse(parameters))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
