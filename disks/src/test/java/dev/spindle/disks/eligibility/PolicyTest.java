package dev.spindle.disks.eligibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Owner;
import dev.spindle.linux.sysfs.SysDisk;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a disk may be named by that has no names yet, or none any more. */
class PolicyTest {
  private static final SysDisk WITHOUT_NAMES = Disks.eligible().links().disk().device();
  private static final SysDisk OTHER =
      Disks.eligible().links(Path.of("/dev/disk/by-id/ata-OTHER")).disk().device();

  @Test
  void aDiskWithoutNamesMayBeTheOneThatAPatternMeansAndIsNotTaken() {
    Policy policy = policy(List.of("/dev/disk/by-id/ata-SAMSUNG*"), List.of());
    assertThat(policy.mayName(WITHOUT_NAMES)).isTrue();
    assertThat(policy.names(WITHOUT_NAMES)).isFalse();
    assertThat(policy.mayName(OTHER)).isFalse();
  }

  @Test
  void aDiskWithoutNamesIsNotTakenAndNotLetOffWhereOneMayBeExcluded() {
    Policy policy = policy(List.of("/dev/sd*"), List.of("/dev/disk/by-id/ata-OTHER"));
    assertThat(policy.names(WITHOUT_NAMES)).isFalse();
    assertThat(policy.mayName(WITHOUT_NAMES)).isTrue();
    assertThat(policy.mayName(OTHER)).isFalse();
  }

  @Test
  void aNodeThatNoPatternMeansIsNotNamed() {
    assertThat(policy(List.of("/dev/nvme*"), List.of()).mayName(WITHOUT_NAMES)).isFalse();
  }

  private static Policy policy(List<String> disks, List<String> exclude) {
    return new Policy(
        new Owner("test.spindle.dev", "node-1"),
        disks.stream().map(DiskPattern::of).toList(),
        exclude.stream().map(DiskPattern::of).toList(),
        1,
        false,
        false);
  }

  @Test
  void aDiskThatHasNoNameOfThatKindYetMayBeTheOneThatIsExcludedByIt() {
    SysDisk byPathOnly =
        Disks.eligible().links(Path.of("/dev/disk/by-path/pci-0000:00:17.0")).disk().device();
    Policy policy = policy(List.of("/dev/sd*"), List.of("/dev/disk/by-id/wwn-0x5000*"));
    assertThat(policy.excludes(byPathOnly)).isTrue();
    assertThat(policy.excludes(OTHER)).isFalse();
  }
}
