package dev.spindle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedMountOptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EXT4|sb=32768|sb",
        "EXT4|journal_dev=0x810|journal_dev",
        "EXT4|journal_path=/dev/sdb|journal_path",
        "EXT4|noload|noload",
        "EXT4|ro,noload|noload",
        "EXT4|norecovery|norecovery",
        "EXT4|abort|abort",
        "EXT4|noatime,errors=panic|errors=panic",
        "XFS|logdev=/dev/sdb|logdev",
        "XFS|rtdev=/dev/sdb|rtdev",
        "XFS|nouuid|nouuid",
        "XFS|ro,norecovery|norecovery",
        "BTRFS|device=/dev/sdb|device",
        "BTRFS|subvol=a|subvol",
        "BTRFS|subvolid=256|subvolid",
        "BTRFS|degraded|degraded",
        "BTRFS|rescue=all|rescue",
        "BTRFS|recovery|recovery",
        "BTRFS|norecovery|norecovery",
        "BTRFS|nologreplay|nologreplay",
        "BTRFS|usebackuproot|usebackuproot",
        "BTRFS|fatal_errors=panic|fatal_errors=panic",
        "EXT4|of_a_later_kernel=/dev/sdb|of_a_later_kernel"
      })
  void whatBreaksIsolationIdentityOrSafetyIsRefusedByName(
      FilesystemType type, String options, String named) {
    assertThat(RefusedMountOptions.among(MountOptions.parse(List.of(options)), type))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .startsWith("mount option " + named + " is not let through to " + type.fsName())
                    .doesNotContain("/dev/sdb", "0x810", "32768"));
  }

  /** The kernel would split it at each comma (fs/fs_context.c, vfs_parse_monolithic_sep). */
  @Test
  void nothingHidesBehindQuotes() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RefusedMountOptions.among(
                    MountOptions.parse(List.of("usrjquota=\"a,errors=panic,x=b\"")),
                    FilesystemType.EXT4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EXT4|''",
        "EXT4|ro,suid,dev,noatime,commit=5,discard,errors=remount-ro,data=journal,dax",
        "EXT4|nouuid,degraded",
        "EXT4|context=\"system_u:object_r:container_file_t:s0:c1,c2\"",
        "XFS|logbsize=64k,swalloc,inode64,prjquota",
        "BTRFS|compress=zstd:3,autodefrag,fatal_errors=bug",
      })
  void theRestIsLeftToTheKernel(FilesystemType type, String options) {
    assertThat(RefusedMountOptions.among(MountOptions.parse(List.of(options)), type)).isEmpty();
  }
}
