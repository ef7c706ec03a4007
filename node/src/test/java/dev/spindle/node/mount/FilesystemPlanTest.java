package dev.spindle.node.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.State;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FilesystemPlanTest {
  private static final UUID VOLUME = UUID.fromString("7c1e6c3c-0b0a-4a52-9d9f-0123456789ab");
  private static final FilesystemPlan.Expected XFS =
      new FilesystemPlan.Expected(FilesystemType.XFS, VOLUME, "sdb2");

  private static final Probe NOTHING = new Probe.Nothing();
  private static final Probe AMBIGUOUS = new Probe.Ambiguous();
  private static final Probe OURS = superblock("xfs", VOLUME.toString());
  private static final Probe OURS_IN_CAPITALS =
      superblock("xfs", VOLUME.toString().toUpperCase(Locale.ROOT));
  private static final Probe OUR_UUID_ON_EXT4 = superblock("ext4", VOLUME.toString());
  private static final Probe XFS_OF_OTHERS =
      superblock("xfs", "00000000-0000-0000-0000-000000000001");
  private static final Probe XFS_WITHOUT_UUID = superblock("xfs", null);
  private static final Probe TABLE = found(table());
  private static final Probe OURS_AND_TABLE =
      found(new Signature(Signature.Kind.SUPERBLOCK, "xfs", VOLUME.toString(), null), table());

  private static Probe superblock(String type, @Nullable String uuid) {
    return found(new Signature(Signature.Kind.SUPERBLOCK, type, uuid, null));
  }

  private static Signature table() {
    return new Signature(Signature.Kind.PARTITION_TABLE, "dos", null, null);
  }

  private static Probe found(Signature... signatures) {
    return new Probe.Found(List.of(signatures));
  }

  static Stream<Arguments> everyCombination() {
    return Stream.of(
        Arguments.of(State.CLAIMED, NOTHING, "format"),
        Arguments.of(State.CLAIMED, AMBIGUOUS, "refuse"),
        Arguments.of(State.CLAIMED, OURS, "refuse"),
        Arguments.of(State.CLAIMED, OUR_UUID_ON_EXT4, "refuse"),
        Arguments.of(State.CLAIMED, XFS_OF_OTHERS, "refuse"),
        Arguments.of(State.CLAIMED, TABLE, "refuse"),
        Arguments.of(State.FORMATTING, NOTHING, "format by force"),
        Arguments.of(State.FORMATTING, AMBIGUOUS, "format by force"),
        Arguments.of(State.FORMATTING, OURS, "format by force"),
        Arguments.of(State.FORMATTING, XFS_OF_OTHERS, "format by force"),
        Arguments.of(State.FORMATTED, NOTHING, "refuse"),
        Arguments.of(State.FORMATTED, AMBIGUOUS, "refuse"),
        Arguments.of(State.FORMATTED, OURS, "mount"),
        Arguments.of(State.FORMATTED, OURS_IN_CAPITALS, "mount"),
        Arguments.of(State.FORMATTED, OURS_AND_TABLE, "mount"),
        Arguments.of(State.FORMATTED, OUR_UUID_ON_EXT4, "refuse"),
        Arguments.of(State.FORMATTED, XFS_OF_OTHERS, "refuse"),
        Arguments.of(State.FORMATTED, XFS_WITHOUT_UUID, "refuse"),
        Arguments.of(State.FORMATTED, TABLE, "refuse"),
        Arguments.of(State.FREE, NOTHING, "refuse"),
        Arguments.of(State.FREE, OURS, "refuse"),
        Arguments.of(State.SCRUBBING, NOTHING, "refuse"),
        Arguments.of(State.SCRUBBING, OURS, "refuse"));
  }

  @ParameterizedTest
  @MethodSource("everyCombination")
  void whatIsRecordedAndWhatIsFoundDecideTogether(State state, Probe found, String expected) {
    assertThat(name(FilesystemPlan.decide(state, XFS, found))).isEqualTo(expected);
  }

  private static String name(FilesystemPlan plan) {
    if (plan instanceof FilesystemPlan.Format format) {
      return format.force() ? "format by force" : "format";
    }
    return plan instanceof FilesystemPlan.MountAsIs ? "mount" : "refuse";
  }

  @Test
  void aRefusalSaysWhatWasFoundAndWhereAndThatNothingWasWritten() {
    FilesystemPlan plan = FilesystemPlan.decide(State.CLAIMED, XFS, XFS_OF_OTHERS);

    assertThat(plan)
        .isInstanceOfSatisfying(
            FilesystemPlan.Refuse.class,
            refuse ->
                assertThat(refuse.why())
                    .contains(
                        VOLUME.toString(),
                        "sdb2",
                        "xfs 00000000-0000-0000-0000-000000000001",
                        "nothing was written"));
  }
}
