package dev.spindle.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilesystemTypeTest {
  @ParameterizedTest
  @CsvSource({
    "EXT4, data-web-0, data-web-0",
    "EXT4, data-elasticsearch-0, data-elasticsear",
    "XFS, data-elasticsearch-0, data-elastic",
    "BTRFS, data-elasticsearch-0, data-elasticsearch-0",
    "EXT4, 'a b/c\u00fc\ud83d\ude00\"\\x', a_b_c____x",
    "XFS, pvc-5b0a1a4e-7b1e-4f1e-9f43-0d2f3c1f7a55, pvc-5b0a1a4e",
    "XFS, Ab_9.z, Ab_9.z",
    "EXT4, '', ''"
  })
  void aLabelIsTheNameAsFarAsItFits(FilesystemType type, String name, String label) {
    assertThat(type.label(name)).isEqualTo(label);
  }

  @Test
  void aLabelIsNeverLongerThanTheFilesystemsPlaceForIt() {
    String name = "\ud83d\ude00".repeat(300);
    assertThat(FilesystemType.EXT4.label(name)).isEqualTo("_".repeat(16));
    assertThat(FilesystemType.XFS.label(name)).isEqualTo("_".repeat(12));
    assertThat(FilesystemType.BTRFS.label(name)).isEqualTo("_".repeat(255));
  }
}
