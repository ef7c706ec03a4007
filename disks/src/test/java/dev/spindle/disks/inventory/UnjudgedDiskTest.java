package dev.spindle.disks.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.sysfs.DiskTable;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequireRoot
final class UnjudgedDiskTest {
  private static final Path ROOT = Path.of("/");

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  @Test
  void aDiskOnWhichTheDriverItselfStumblesIsUnreadableAndNotAbsent() throws IOException {
    String name = loops.create(8 << 20, 512).name();
    Hardware hardware = ThisNode.with(new Stumbling(new SysBlock(ROOT), name));
    Policy policy =
        new Policy(new Owner("test.spindle.dev", "n"), List.of(), List.of(), 0, true, false);
    try (Inventory inventory = new Inventory(hardware, policy, true)) {
      inventory.refresh();
      Verdict verdict = inventory.disk(name).orElseThrow().verdict();
      assertThat(verdict).isInstanceOf(Verdict.Unreadable.class);
      assertThat(verdict.reasons().get(0).message()).contains("judged", "a fault");
    }
  }

  private record Stumbling(DiskTable real, String over) implements DiskTable {
    @Override
    public List<String> names() throws IOException {
      return real.names();
    }

    @Override
    public Optional<SysDisk> read(String name) throws IOException {
      if (name.equals(over)) {
        throw new IllegalStateException("a fault");
      }
      return real.read(name);
    }

    @Override
    public Optional<SysDisk> diskOf(DeviceNumber number) throws IOException {
      return real.diskOf(number);
    }

    @Override
    public Optional<SysDisk> diskOf(String name) throws IOException {
      return real.diskOf(name);
    }

    @Override
    public String events() throws IOException {
      return real.events();
    }

    @Override
    public Set<String> changed(Collection<SysDisk> known) throws IOException {
      return real.changed(known);
    }
  }
}
