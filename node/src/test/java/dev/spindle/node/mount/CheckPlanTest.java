package dev.spindle.node.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Errno;
import dev.spindle.linux.FilesystemType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckPlanTest {
  @ParameterizedTest
  @CsvSource({
    // error with options, without | read-write: ext4, xfs, btrfs | read-only: ext4
    "EINVAL,        , BLAME_OPTIONS,   BLAME_OPTIONS, BLAME_OPTIONS, BLAME_OPTIONS",
    "EIO,           , BLAME_MOUNT,     BLAME_MOUNT,   BLAME_MOUNT,   BLAME_MOUNT",
    "EINVAL,  EUCLEAN, CHECK_AND_PREEN, CHECK,         CHECK,         CHECK",
    "EUCLEAN, EUCLEAN, CHECK_AND_PREEN, CHECK,         CHECK,         CHECK",
    "EBADMSG, EBADMSG, CHECK_AND_PREEN, CHECK,         CHECK,         CHECK",
    "EINVAL, EINVAL, CHECK_AND_PREEN, CHECK,         CHECK,         CHECK",
    "EIO, EIO, CHECK,           CHECK,         CHECK,         CHECK",
    "ENOENT, ENOENT, CHECK,           CHECK,         CHECK,         CHECK",
    "ENOMEM, ENOMEM, BLAME_MOUNT,     BLAME_MOUNT,   BLAME_MOUNT,   BLAME_MOUNT",
    "EBUSY, EBUSY, BLAME_MOUNT,     BLAME_MOUNT,   BLAME_MOUNT,   BLAME_MOUNT",
    "EACCES, EACCES, BLAME_MOUNT,     BLAME_MOUNT,   BLAME_MOUNT,   BLAME_MOUNT",
    "UNKNOWN, UNKNOWN, BLAME_MOUNT,     BLAME_MOUNT,   BLAME_MOUNT,   BLAME_MOUNT"
  })
  void onlyExt4IsRepairedAndOnlyWhatIsDamagedIsChecked(
      Errno asked,
      @Nullable Errno plain,
      CheckPlan ext4,
      CheckPlan xfs,
      CheckPlan btrfs,
      CheckPlan readOnly) {
    assertThat(CheckPlan.decide(FilesystemType.EXT4, false, asked, plain)).isEqualTo(ext4);
    assertThat(CheckPlan.decide(FilesystemType.XFS, false, asked, plain)).isEqualTo(xfs);
    assertThat(CheckPlan.decide(FilesystemType.BTRFS, false, asked, plain)).isEqualTo(btrfs);
    assertThat(CheckPlan.decide(FilesystemType.EXT4, true, asked, plain)).isEqualTo(readOnly);
  }
}
