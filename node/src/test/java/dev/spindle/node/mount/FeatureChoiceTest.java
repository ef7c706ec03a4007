package dev.spindle.node.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Feature;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.ProgramException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureChoiceTest {
  private static final List<Feature> XFS = Feature.newestFirst(FilesystemType.XFS);

  /** K: the kernel refuses what was made; M: mkfs refuses to make it. */
  @ParameterizedTest
  @CsvSource({
    "K, parent",
    "KK, 'parent, exchange'",
    "KKK, 'parent, exchange, nrext64'",
    "KM, exchange",
    "KMM, nrext64",
    "KKM, 'parent, nrext64'",
    "KMK, 'exchange, nrext64'",
    "KKKK, nothing more",
    "KMMM, nothing more",
    "KKKM, nothing more"
  })
  void theNewestGoFirstAndWhatMkfsDoesNotKnowIsPassedOver(String refusals, String out) {
    Optional<FeatureChoice> choice =
        Optional.of(FeatureChoice.first(FilesystemType.XFS, List.of()));
    for (int i = 0; i < refusals.length(); i++) {
      FeatureChoice refused = choice.orElseThrow();
      choice =
          refusals.charAt(i) == 'K' ? refused.afterKernelRefused() : refused.afterMkfsRefused();
    }
    assertThat(choice.map(FeatureChoiceTest::names).orElse("nothing more")).isEqualTo(out);
  }

  @Test
  void mkfsDoesNotKnowAFeatureWhereItsErrorNamesItAndNotItsCommand() {
    FeatureChoice choice =
        FeatureChoice.first(FilesystemType.XFS, List.of()).afterKernelRefused().orElseThrow();

    assertThat(choice.isUnknownTo(failed("unknown option -n parent=0"))).isTrue();
    assertThat(choice.isUnknownTo(failed("mkfs.xfs: pwrite failed: Input/output error"))).isFalse();
    assertThat(choice.isUnknownTo(failed(""))).as("killed").isFalse();
    assertThat(
            FeatureChoice.first(FilesystemType.XFS, List.of())
                .isUnknownTo(failed("unknown option -n parent=0")))
        .as("nothing was left out")
        .isFalse();
  }

  private static ProgramException failed(String standardError) {
    return new ProgramException("mkfs.xfs -n parent=0 /dev/sdx2", "exit status 1", standardError);
  }

  @Test
  void atFirstNothingIsLeftOut() {
    for (FilesystemType type : FilesystemType.values()) {
      assertThat(FeatureChoice.first(type, List.of()))
          .isEqualTo(new FeatureChoice(List.of(), Feature.newestFirst(type)));
    }
  }

  @Test
  void whatDidLastTimeComesFirstAndOnlyOlderFeaturesFollow() {
    FeatureChoice choice = FeatureChoice.first(FilesystemType.XFS, List.of(XFS.get(1)));
    assertThat(names(choice)).isEqualTo("exchange");
    assertThat(choice.rest()).containsExactly(XFS.get(2));
    List<Feature> all = new ArrayList<>(XFS);
    assertThat(FeatureChoice.first(FilesystemType.XFS, all).afterKernelRefused()).isEmpty();
  }

  private static String names(FeatureChoice choice) {
    return String.join(", ", choice.out().stream().map(Feature::name).toList());
  }
}
