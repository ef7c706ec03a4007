package dev.spindle.node.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.AccessType;
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

/** The table of second calls in the CSI spec, NodePublishVolume, and what stands beside it. */
class PublishPlanTest {
  private static final Mount STAGED = Mounted.at("/staging", "rw");
  private static final Mount STAGED_READ_ONLY = Mounted.at("/staging", "ro");
  private static final Mount HERE = Mounted.at("/target", "rw");
  private static final Mount HERE_READ_ONLY = Mounted.at("/target", "ro");
  private static final Mount OTHER = Mounted.at("/other", "rw");
  private static final Mount FOREIGN = Mounted.device("/target", "rw");

  private static final PublishOrder.Sharing ALONE = new PublishOrder.Sharing(false, true);
  private static final PublishOrder.Sharing SHARED = new PublishOrder.Sharing(false, false);
  private static final PublishOrder.Sharing READING = new PublishOrder.Sharing(true, false);

  static Stream<Arguments> everyCombination() {
    return Stream.of(
        row("not staged", SHARED, null, null, List.of(), "UNFIT"),
        row("not staged, yet published", SHARED, null, HERE, List.of(HERE), "UNFIT"),
        row("first target, alone", ALONE, STAGED, null, List.of(STAGED), "publish"),
        row("first target, shared", SHARED, STAGED, null, List.of(STAGED), "publish"),
        row("first target, read-only", READING, STAGED, null, List.of(STAGED), "publish ro"),
        row("same again", ALONE, STAGED, HERE, List.of(STAGED, HERE), "published"),
        row("same again, shared", SHARED, STAGED, HERE, List.of(STAGED, HERE), "published"),
        row("same, now read-only", READING, STAGED, HERE, List.of(STAGED, HERE), "CONFLICT"),
        row(
            "same, now writable",
            SHARED,
            STAGED,
            HERE_READ_ONLY,
            List.of(STAGED, HERE_READ_ONLY),
            "CONFLICT"),
        row(
            "same read-only again",
            READING,
            STAGED,
            HERE_READ_ONLY,
            List.of(STAGED, HERE_READ_ONLY),
            "published"),
        row(
            "staged read-only, so published read-only",
            SHARED,
            STAGED_READ_ONLY,
            HERE_READ_ONLY,
            List.of(STAGED_READ_ONLY, HERE_READ_ONLY),
            "published"),
        row("second target, alone", ALONE, STAGED, null, List.of(STAGED, OTHER), "UNFIT"),
        row("second target, shared", SHARED, STAGED, null, List.of(STAGED, OTHER), "publish"),
        row("foreign mount at the target", SHARED, STAGED, FOREIGN, List.of(STAGED), "UNFIT"));
  }

  private static Arguments row(
      String name,
      PublishOrder.Sharing sharing,
      @Nullable Mount staged,
      @Nullable Mount top,
      List<Mount> own,
      String expected) {
    return Arguments.of(
        name,
        sharing,
        new PublishPlan.Facts(
            Mounted.claim(AccessType.FILESYSTEM),
            staged,
            new Standing(Path.of("/target"), top, own)),
        expected);
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("everyCombination")
  void whatIsMountedDecides(
      String name, PublishOrder.Sharing sharing, PublishPlan.Facts facts, String expected) {
    assertThat(name(PublishPlan.decide(order(AccessType.FILESYSTEM, sharing), facts)))
        .as(name)
        .isEqualTo(expected);
  }

  @Test
  void aTargetPublishedAsAFilesystemIsNotPublishedAsABlockDevice() {
    PublishPlan.Facts facts =
        new PublishPlan.Facts(
            Mounted.claim(AccessType.FILESYSTEM),
            STAGED,
            new Standing(Path.of("/target"), HERE, List.of(STAGED, HERE)));

    assertThat(name(PublishPlan.decide(order(AccessType.BLOCK, SHARED), facts)))
        .isEqualTo("CONFLICT");
  }

  @Test
  void whatKubeletBindsForItselfIsNoSecondTarget() {
    Mount staged = Mounted.device("/k/volumeDevices/staging/pv1/" + Mounted.VOLUME, "rw");
    Mount map = Mounted.device("/k/volumeDevices/pv1/dev/pod1", "rw");
    Mount published = Mounted.device("/k/volumeDevices/publish/pv1/pod1", "rw");

    assertThat(name(secondDevice(staged, List.of(staged, map)))).isEqualTo("publish");
    assertThat(name(secondDevice(staged, List.of(staged, published)))).isEqualTo("UNFIT");
  }

  private static PublishPlan secondDevice(Mount staged, List<Mount> own) {
    Path target = Path.of("/k/volumeDevices/publish/pv1/pod2");
    return PublishPlan.decide(
        order(AccessType.BLOCK, ALONE),
        new PublishPlan.Facts(
            Mounted.claim(AccessType.BLOCK), staged, new Standing(target, null, own)));
  }

  private static PublishOrder order(AccessType type, PublishOrder.Sharing sharing) {
    return new PublishOrder(
        Mounted.ID,
        Path.of("/staging"),
        Path.of("/target"),
        new Wanted(type, "", MountOptions.parse(List.of())),
        sharing);
  }

  private static String name(PublishPlan plan) {
    if (plan instanceof PublishPlan.Refuse refuse) {
      return refuse.refused().kind().name();
    }
    if (plan instanceof PublishPlan.Publish publish) {
      return publish.readOnly() ? "publish ro" : "publish";
    }
    return "published";
  }
}
