package dev.spindle.linux.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MkfsOptions;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.Probe;
import dev.spindle.linux.ProgramException;
import dev.spindle.linux.Signature;
import dev.spindle.linux.Zeroes;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@RequireRoot
class MkfsOnLoopDisksTest {
  private static final long SIZE = 320L << 20;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  private final NativeLinux linux = new NativeLinux();
  private final Mkfs mkfs = new Mkfs(new Programs(), Path.of("/"));

  @Test
  void allThreeCanBeMadeHere() {
    assertThat(mkfs.available()).isEqualTo(EnumSet.allOf(FilesystemType.class));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aFilesystemCarriesTheUuidItWasGiven(int sector) throws IOException {
    for (FilesystemType type : FilesystemType.values()) {
      LoopDisk disk = disks.create(SIZE, sector);
      UUID uuid = UUID.randomUUID();
      make(type, disk, uuid, List.of(), false);
      assertThat(probe(disk)).isEqualTo(found(type, uuid));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "EXT4, '-b 1024 -E stride=16 -m 5'",
    "XFS, '-m reflink=0 -i size=1024'",
    "BTRFS, '--csum xxhash -n 16384'"
  })
  void optionsOfAClassAreAddedAndTheUuidStays(FilesystemType type, String options)
      throws IOException {
    LoopDisk disk = disks.create(SIZE, 512);
    UUID uuid = UUID.randomUUID();
    make(type, disk, uuid, MkfsOptions.parse(type, options), false);
    assertThat(probe(disk)).isEqualTo(found(type, uuid));
  }

  @Test
  void optionsOfExt4TakeEffectAndOurOwnStay() throws IOException {
    LoopDisk disk = disks.create(SIZE, 512);
    List<String> options = MkfsOptions.parse(FilesystemType.EXT4, "-b 1024 -E stride=16");
    make(FilesystemType.EXT4, disk, UUID.randomUUID(), options, false);
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.READ)) {
      ByteBuffer superblock =
          ByteBuffer.wrap(device.read(0, 4096)).order(ByteOrder.LITTLE_ENDIAN).position(1024);
      assertThat(superblock.getInt(1024 + 24)).as("s_log_block_size").isZero();
      assertThat(superblock.getShort(1024 + 0x164)).as("s_raid_stride").isEqualTo((short) 16);
      assertThat(superblock.getInt(1024 + 8)).as("s_r_blocks_count_lo").isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void withForceAHalfMadeFilesystemIsMadeAnew(FilesystemType type) throws IOException {
    LoopDisk disk = disks.create(SIZE, 512);
    UUID uuid = UUID.randomUUID();
    make(type, disk, uuid, List.of(), false);
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
      // Mkfs.btrfs refuses a UUID that any device has, this one too.
      device.zero(0, 1 << 20);
    }
    make(type, disk, uuid, List.of(), true);
    assertThat(probe(disk)).isEqualTo(found(type, uuid));
  }

  @Test
  void theJournalOfAnExt4ThatIsMadeAnewHasNothingOfTheOneBefore() throws IOException {
    LoopDisk disk = disks.create(SIZE, 512);
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
      for (long at = 0; at < SIZE; at += noise.length) {
        device.write(at, noise);
      }
    }
    make(FilesystemType.EXT4, disk, UUID.randomUUID(), List.of(), true);
    Path journal = disks.folder("journal").resolve("inode8");
    Programs programs = new Programs();
    programs.run(
        List.of(programs.required("debugfs"), "-R", "dump <8> " + journal, disk.node().toString()),
        Duration.ofMinutes(1));
    byte[] blocks = Files.readAllBytes(journal);
    assertThat(blocks.length).isGreaterThan(1 << 20);
    assertThat(Zeroes.firstOther(blocks, 4096, blocks.length)).isEqualTo(blocks.length);
  }

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void withoutForceMkfsIsOneMoreGuard(FilesystemType type) throws IOException {
    LoopDisk disk = disks.create(SIZE, 512);
    UUID first = UUID.randomUUID();
    make(FilesystemType.EXT4, disk, first, List.of(), false);
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> make(type, disk, UUID.randomUUID(), List.of(), false))
        .withMessageContaining("exit status");
    assertThat(probe(disk)).isEqualTo(found(FilesystemType.EXT4, first));
    UUID second = UUID.randomUUID();
    make(type, disk, second, List.of(), true);
    assertThat(probe(disk)).isEqualTo(found(type, second));
  }

  @Test
  void mkfsOfExt4GuardsNothingWhenNobodyCanBeAsked() throws IOException {
    LoopDisk disk = disks.create(SIZE, 512);
    make(FilesystemType.XFS, disk, UUID.randomUUID(), List.of(), false);
    UUID uuid = UUID.randomUUID();
    make(FilesystemType.EXT4, disk, uuid, List.of(), false);
    assertThat(probe(disk)).isEqualTo(found(FilesystemType.EXT4, uuid));
  }

  @Test
  void aMountedDeviceIsNeverFormatted() throws IOException {
    for (FilesystemType type : FilesystemType.values()) {
      LoopDisk disk = disks.create(SIZE, 512);
      UUID uuid = UUID.randomUUID();
      make(type, disk, uuid, List.of(), false);
      Path target = disks.folder(type.fsName());
      linux.mounts().mount(disk.node(), target, type.fsName(), new MountOptions(0, ""));
      for (FilesystemType other : FilesystemType.values()) {
        assertThatExceptionOfType(ProgramException.class)
            .isThrownBy(() -> make(other, disk, UUID.randomUUID(), List.of(), true));
      }
      linux.mounts().unmount(target);
      assertThat(probe(disk)).isEqualTo(found(type, uuid));
    }
  }

  @Test
  void aDeviceThatIsTooSmallIsAnErrorWithTheReason() throws IOException {
    LoopDisk disk = disks.create(1 << 20, 512);
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> make(FilesystemType.XFS, disk, UUID.randomUUID(), List.of(), false))
        .withMessageContaining("mkfs.xfs")
        .withMessageContaining("exit status 1: ");
  }

  private void make(
      FilesystemType type, LoopDisk disk, UUID uuid, List<String> options, boolean force)
      throws IOException {
    mkfs.make(new NewFilesystem(type, uuid, "data-0", options, List.of()), disk.node(), force);
  }

  private Probe probe(LoopDisk disk) throws IOException {
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.READ)) {
      return linux.signatures().probe(device);
    }
  }

  private static Probe found(FilesystemType type, UUID uuid) {
    return new Probe.Found(
        List.of(
            new Signature(Signature.Kind.SUPERBLOCK, type.fsName(), uuid.toString(), "data-0")));
  }
}
