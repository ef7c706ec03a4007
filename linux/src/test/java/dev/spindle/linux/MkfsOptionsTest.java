package dev.spindle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MkfsOptionsTest {
  @Test
  void noTextIsNoOptions() {
    assertThat(MkfsOptions.parse(FilesystemType.XFS, "")).isEmpty();
    assertThat(MkfsOptions.parse(FilesystemType.XFS, "  \t ")).isEmpty();
  }

  @Test
  void valuesMayBeAttachedOrFollow() {
    assertThat(
            MkfsOptions.parse(FilesystemType.EXT4, "-i 65536  -I256 -E stride=16,stripe_width=32"))
        .isEqualTo(List.of("-i", "65536", "-I", "256", "-E", "stride=16,stripe_width=32"));
    assertThat(MkfsOptions.parse(FilesystemType.EXT4, "-e remount-ro"))
        .isEqualTo(List.of("-e", "remount-ro"));
    assertThat(MkfsOptions.parse(FilesystemType.XFS, "-d su=64k,sw=4 -i size=1024 -m reflink=0"))
        .isEqualTo(List.of("-d", "su=64k,sw=4", "-i", "size=1024", "-m", "reflink=0"));
    assertThat(MkfsOptions.parse(FilesystemType.BTRFS, "--csum=xxhash -m single"))
        .isEqualTo(List.of("--csum", "xxhash", "-m", "single"));
  }

  @ParameterizedTest
  @CsvSource({
    "EXT4, -U random",
    "EXT4, -L mine",
    "EXT4, -F",
    "EXT4, -n",
    "EXT4, -S",
    "EXT4, -E offset=4096",
    "EXT4, '-E stride=4,discard'",
    "EXT4, -J device=UUID=1",
    "EXT4, -O journal_dev",
    "EXT4, -e panic",
    "EXT4, -epanic",
    "EXT4, -e=panic",
    "EXT4, -z undo",
    "EXT4, -i",
    "EXT4, -i -F",
    "EXT4, /dev/sda",
    "EXT4, -d /etc",
    "EXT4, 4096 /dev/sda",
    "XFS, -L mine",
    "XFS, -f",
    "XFS, -N",
    "XFS, -m uuid=5551d72c-ac16-4a2c-aa8c-dc835113de65",
    "XFS, '-m reflink=0,uuid=5551d72c-ac16-4a2c-aa8c-dc835113de65'",
    "XFS, -muuid=5551d72c-ac16-4a2c-aa8c-dc835113de65",
    "XFS, -l logdev=/dev/sda",
    "XFS, -d size=1g",
    "XFS, -d name=/dev/sda",
    "XFS, -r rtdev=/dev/sda",
    "XFS, -c options=/etc/passwd",
    "XFS, -p proto",
    "BTRFS, -U random",
    "BTRFS, --uuid=random",
    "BTRFS, --label mine",
    "BTRFS, -f",
    "BTRFS, -b 1g",
    "BTRFS, -r /etc",
    "BTRFS, -d single /dev/sda"
  })
  void whatWouldBreakTheDriverIsRefused(FilesystemType type, String text) {
    assertThatThrownBy(() -> MkfsOptions.parse(type, text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRefusalNamesWhatIsRefusedAndWhatIsKnown() {
    assertThatThrownBy(() -> MkfsOptions.parse(FilesystemType.XFS, "-L data"))
        .hasMessage(
            "\"-L\" is not let through to mkfs.xfs; known are -b, -d, -i, -l, -m, -n, -s, each"
                + " with a value");
    assertThatThrownBy(() -> MkfsOptions.parse(FilesystemType.XFS, "-m uuid=1"))
        .hasMessage("\"uuid\" in \"-m uuid=1\" would break what the driver relies on");
  }
}
