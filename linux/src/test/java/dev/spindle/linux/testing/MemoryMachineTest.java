package dev.spindle.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.DiskTable;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequireRoot
class MemoryMachineTest {
  private static final long MIB = 1 << 20;
  private static final long SIZE = 64 * MIB;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void itSaysOfADiskAndItsPartitionsWhatTheKernelSaysOfARealOne(int sector) throws IOException {
    LoopDisk loop = disks.create(SIZE, sector);
    MemoryMachine machine = new MemoryMachine();
    machine.add("sda", new MemoryDisk(SIZE, sector));
    List<String> real =
        told(new NativeLinux().blockDevices(), new SysBlock(Path.of("/")), loop.name());
    assertThat(told(machine, machine, "sda")).isEqualTo(real).hasSize(6);
    assertThat(machine.names()).containsExactly("sda");
    assertThat(machine.read("sdb")).isEmpty();
  }

  private static List<String> told(BlockDevices devices, DiskTable table, String name)
      throws IOException {
    List<String> told = new ArrayList<>();
    try (BlockDevice whole = devices.open(Path.of("/dev", name), Access.EXCLUSIVE)) {
      told.add(words(table, name, whole));
      whole.addPartition(1, MIB, MIB);
      told.add(words(table, name, whole));
      whole.addPartition(2, 2 * MIB, 16 * MIB);
      told.add(words(table, name, whole));
      whole.resizePartition(2, 2 * MIB, 32 * MIB);
      told.add(words(table, name, whole));
      whole.deletePartition(1);
      told.add(words(table, name, whole));
      whole.deletePartition(2);
      told.add(words(table, name, whole));
    }
    return told;
  }

  private static String words(DiskTable table, String name, BlockDevice whole) throws IOException {
    SysDisk disk = table.read(name).orElseThrow();
    assertThat(disk.number()).isEqualTo(whole.number());
    assertThat(disk.diskSequence()).isEqualTo(whole.diskSequence()).isPositive();
    assertThat(table.diskOf(disk.number())).contains(disk);
    String words = disk.sizeBytes() + " bytes in sectors of " + disk.sectorSize();
    for (SysPartition part : disk.partitions()) {
      assertThat(table.diskOf(part.device())).isEqualTo(Optional.of(disk));
      assertThat(table.diskOf(part.name())).isEqualTo(Optional.of(disk));
      words += ", " + part.number() + " at " + part.startBytes() + "+" + part.lengthBytes();
    }
    return words;
  }
}
