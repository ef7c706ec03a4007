package dev.spindle.linux.jnr;

import static dev.spindle.linux.testing.KernelErrors.assertFailsWith;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import dev.spindle.linux.Signature.Kind;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequireRoot
class JnrSignaturesTest {
  private static final long MIB = 1 << 20;
  private static final String ID = "0b9f6a5e-3f0c-4a57-9d0e-5c1f7a3f2b10";

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  private final NativeLinux linux = new NativeLinux();

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void zeroesAreNothing(int sector) throws IOException {
    assertThat(probe(disks.create(64 * MIB, sector))).isEqualTo(new Probe.Nothing());
  }

  @Test
  void randomDataIsNothingThatIsRecognised() throws IOException {
    LoopDisk disk = disks.create(4 * MIB, 512);
    byte[] noise = new byte[(int) (4 * MIB)];
    new Random(1).nextBytes(noise);
    write(disk, 0, noise);
    assertThat(probe(disk)).isEqualTo(new Probe.Nothing());
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void filesystemsAreFoundWithTheirUuidAndLabel(int sector) throws IOException {
    LoopDisk ext4 = disks.create(64 * MIB, sector);
    run(ext4, "mkfs.ext4", "-q", "-L", "data", "-U", ID);
    assertThat(probe(ext4)).isEqualTo(found(new Signature(Kind.SUPERBLOCK, "ext4", ID, "data")));
    LoopDisk xfs = disks.create(320 * MIB, sector);
    run(xfs, "mkfs.xfs", "-q", "-m", "uuid=" + ID);
    assertThat(probe(xfs)).isEqualTo(found(new Signature(Kind.SUPERBLOCK, "xfs", ID, null)));
    LoopDisk btrfs = disks.create(128 * MIB, sector);
    String other = UUID.randomUUID().toString();
    run(btrfs, "mkfs.btrfs", "-q", "-U", other);
    assertThat(probe(btrfs)).isEqualTo(found(new Signature(Kind.SUPERBLOCK, "btrfs", other, null)));
  }

  @Test
  void swapIsFound() throws IOException {
    LoopDisk disk = disks.create(16 * MIB, 512);
    run(disk, "mkswap", "-U", ID);
    assertThat(probe(disk)).isEqualTo(found(new Signature(Kind.SUPERBLOCK, "swap", ID, null)));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aPartitionTableIsFoundEvenWithoutItsProtectiveRecord(int sector) throws IOException {
    LoopDisk disk = disks.create(16 * MIB, sector);
    run(disk, "sgdisk", "--disk-guid=" + ID, "--new=1:0:0");
    Probe gpt = found(new Signature(Kind.PARTITION_TABLE, "gpt", ID, null));
    assertThat(probe(disk)).isEqualTo(gpt);
    write(disk, 0, new byte[sector]);
    assertThat(probe(disk)).isEqualTo(gpt);
    write(disk, sector, new byte[sector]);
    assertThat(probe(disk)).as("the backup alone").isEqualTo(gpt);
  }

  @Test
  void aDamagedLabelOfLvmIsFoundThoughItsChecksumIsWrong() throws IOException {
    LoopDisk disk = disks.create(16 * MIB, 512);
    byte[] label = new byte[512];
    put(label, 0, "LABELONE");
    label[8] = 1;
    label[20] = 32;
    put(label, 24, "LVM2 001");
    put(label, 32, "abcdefghijklmnopqrstuvwxyz012345");
    write(disk, 512, label);
    assertThat(probe(disk))
        .isInstanceOfSatisfying(
            Probe.Found.class,
            found -> assertThat(found.signatures()).extracting("type").contains("LVM2_member"));
  }

  @Test
  void aTableAndAFilesystemAreBothTold() throws IOException {
    LoopDisk disk = disks.create(64 * MIB, 512);
    run(disk, "mkfs.ext4", "-q", "-U", ID);
    byte[] dos = new byte[512];
    dos[446 + 4] = (byte) 0x83;
    dos[446 + 8] = 1;
    dos[446 + 12] = 100;
    dos[510] = 0x55;
    dos[511] = (byte) 0xaa;
    write(disk, 0, dos);
    assertThat(probe(disk))
        .isInstanceOfSatisfying(
            Probe.Found.class,
            found ->
                assertThat(found.signatures()).extracting("type").containsExactly("ext4", "dos"));
  }

  @Test
  void twoFilesystemsAreAmbiguous() throws IOException {
    LoopDisk xfs = disks.create(320 * MIB, 512);
    run(xfs, "mkfs.xfs", "-q", "-m", "uuid=" + ID);
    LoopDisk both = disks.create(320 * MIB, 512);
    run(both, "mkfs.ext4", "-q");
    try (BlockDevice from = linux.blockDevices().open(xfs.node(), Access.READ)) {
      write(both, 0, from.read(0, 512));
    }
    assertThat(probe(both)).isEqualTo(new Probe.Ambiguous());
  }

  @Test
  void aDiskThatCannotBeReadIsAnErrorAndNotNothing() throws IOException {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.setLength(0);
    }
    assertFailsWith(Errno.EIO, () -> probe(disk));
  }

  @Test
  void whatWasWrittenPastThePageCacheIsSeen() throws IOException {
    LoopDisk disk = disks.create(16 * MIB, 512);
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
      assertThat(linux.signatures().probe(device)).isEqualTo(new Probe.Nothing());
      LoopDisk swap = disks.create(16 * MIB, 512);
      run(swap, "mkswap");
      try (BlockDevice from = linux.blockDevices().open(swap.node(), Access.READ)) {
        device.write(0, from.read(0, 8192));
      }
      assertThat(linux.signatures().probe(device)).isInstanceOf(Probe.Found.class);
      device.zero(0, 8192);
      assertThat(linux.signatures().probe(device)).isEqualTo(new Probe.Nothing());
    }
  }

  private Probe probe(LoopDisk disk) throws IOException {
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.READ)) {
      return linux.signatures().probe(device);
    }
  }

  private void write(LoopDisk disk, long offset, byte[] data) throws IOException {
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
      device.write(offset, data);
    }
  }

  private static Probe found(Signature signature) {
    return new Probe.Found(List.of(signature));
  }

  private static void put(byte[] into, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, into, at, bytes.length);
  }

  private static void run(LoopDisk disk, String program, String... arguments) throws IOException {
    Programs programs = new Programs();
    List<String> command = new ArrayList<>();
    command.add(programs.find(program).orElseThrow().toString());
    command.addAll(List.of(arguments));
    command.add(disk.node().toString());
    programs.run(command, Duration.ofMinutes(1));
  }
}
