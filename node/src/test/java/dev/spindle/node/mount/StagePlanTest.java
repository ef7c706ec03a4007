package dev.spindle.node.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.State;
import dev.spindle.linux.Mount;
import dev.spindle.linux.MountOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StagePlanTest {
  private static final Mount STAGED = Mounted.at("/staging", "rw", "relatime");
  private static final Mount STAGED_READ_ONLY = Mounted.at("/staging", "ro", "relatime");
  private static final Mount ELSEWHERE = Mounted.at("/elsewhere", "rw");

  static Stream<Arguments> everyCombination() {
    Wanted plain = wanted("");
    return Stream.of(
        row("nothing mounted", plain, null, List.of(), "stage"),
        row("ext4 asked and made", wanted("ext4"), null, List.of(), "stage"),
        row("xfs asked, ext4 made", wanted("xfs"), null, List.of(), "UNFIT"),
        row("block asked of a filesystem", block(), null, List.of(), "UNFIT"),
        row("staged alike", plain, STAGED, List.of(STAGED), "staged"),
        row("staged alike, type named", wanted("ext4"), STAGED, List.of(STAGED), "staged"),
        row("staged, other type asked", wanted("xfs"), STAGED, List.of(STAGED), "CONFLICT"),
        row("staged, block asked", block(), STAGED, List.of(STAGED), "CONFLICT"),
        row("staged writable, ro asked", wanted("", "ro"), STAGED, List.of(STAGED), "CONFLICT"),
        row("staged, noexec asked", wanted("", "noexec"), STAGED, List.of(STAGED), "CONFLICT"),
        row(
            "staged ro alike",
            wanted("", "ro"),
            STAGED_READ_ONLY,
            List.of(STAGED_READ_ONLY),
            "staged"),
        row("staged and published", plain, STAGED, List.of(STAGED, ELSEWHERE), "staged"),
        row(
            "other mount at the path",
            plain,
            Mounted.at("/staging", "rw", "x"),
            List.of(),
            "UNFIT"),
        row("other mount over staged", plain, Mounted.device("/staging"), List.of(STAGED), "UNFIT"),
        row("mounted elsewhere", plain, null, List.of(ELSEWHERE), "UNFIT"));
  }

  private static Arguments row(
      String name, Wanted wanted, @Nullable Mount top, List<Mount> own, String expected) {
    return Arguments.of(name, wanted, new Standing(Path.of("/staging"), top, own), expected);
  }

  private static Wanted wanted(String filesystem, String... flags) {
    return new Wanted(AccessType.FILESYSTEM, filesystem, MountOptions.parse(List.of(flags)));
  }

  private static Wanted block() {
    return new Wanted(AccessType.BLOCK, "", MountOptions.parse(List.of()));
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("everyCombination")
  void whatIsMountedDecides(String name, Wanted wanted, Standing standing, String expected) {
    StageOrder order = new StageOrder(Mounted.ID, Path.of("/staging"), wanted);

    StagePlan plan = StagePlan.decide(order, Mounted.record(State.FORMATTED), standing);

    assertThat(name(plan)).as(name).isEqualTo(expected);
  }

  @Test
  void aMountOfAVolumeThatIsNotFormattedIsNotTakenForItsStaging() {
    StageOrder order = new StageOrder(Mounted.ID, Path.of("/staging"), wanted(""));
    Standing standing = new Standing(Path.of("/staging"), STAGED, List.of(STAGED));

    for (State state : List.of(State.CLAIMED, State.FORMATTING)) {
      assertThat(name(StagePlan.decide(order, Mounted.record(state), standing))).isEqualTo("UNFIT");
    }
  }

  private static String name(StagePlan plan) {
    if (plan instanceof StagePlan.Refuse refuse) {
      return refuse.refused().kind().name();
    }
    return plan instanceof StagePlan.AlreadyStaged ? "staged" : "stage";
  }
}
