package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Geometry;
import dev.spindle.linux.testing.LoopDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Ways in which a disk of ours comes to harm: rot, a cut, and people with tools. */
enum Damage {
  PRIMARY_HEADER(0),
  PRIMARY_ENTRIES(0),
  PROTECTIVE_MBR(0),
  STRAY_BYTES_IN_THE_FIRST_MIB(0),
  BACKUP_HEADER(0),
  BACKUP_ENTRIES(0),
  SLOT_A(0),
  SLOT_B(0),
  BOTH_SLOTS(0),
  SLOT_A_TORN_WHILE_A_NEWER_ONE_WAS_WRITTEN(0),
  FIRST_MIB_WIPED(0),
  WIPEFS(0, "wipefs", "--all"),
  SGDISK_ZAP(0, "sgdisk", "--zap-all"),
  NEW_TABLE(0, "sgdisk", "--clear", "--new=1:0:0"),
  MKFS_EXT4(0, "mkfs.ext4", "-q", "-F"),
  MKFS_EXT4_KEEPING_THE_REST(0, "mkfs.ext4", "-q", "-F", "-E", "nodiscard"),
  MKFS_XFS_ON_THE_DISK_GROWN(320, "mkfs.xfs", "-q", "-f", "-K");

  private static final int MIB = (int) Geometry.MIB;
  private static final int SLOT_B_AT = MIB + (512 << 10);

  private final long grownTo;

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed, though its type can
  private final List<String> program;

  Damage(long grownTo, String... program) {
    this.grownTo = grownTo;
    this.program = List.of(program);
  }

  /** How large the disk must be for it, in MiB; 0 where that does not matter. */
  long grownTo() {
    return grownTo;
  }

  void inflict(LoopDisk disk) throws IOException {
    if (!program.isEmpty()) {
      List<String> command = new ArrayList<>(program);
      command.add(disk.node().toString());
      run(command);
      return;
    }
    int sector = disk.sectorSize();
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      long end = file.length();
      switch (this) {
        case PRIMARY_HEADER -> put(file, sector + 56, 8);
        case PRIMARY_ENTRIES -> put(file, 2L * sector + 16, 16);
        case PROTECTIVE_MBR -> put(file, 0, 446);
        case STRAY_BYTES_IN_THE_FIRST_MIB -> put(file, 65_536, 4096);
        case BACKUP_HEADER -> put(file, end - sector, 92);
        case BACKUP_ENTRIES -> put(file, end - sector - Geometry.ENTRIES_BYTES, 256);
        case SLOT_A -> put(file, MIB + 40, 8);
        case SLOT_B -> put(file, SLOT_B_AT + 40, 8);
        case BOTH_SLOTS -> {
          put(file, MIB + 40, 8);
          put(file, SLOT_B_AT + 40, 8);
        }
        // The first sector of a new slot over the rest of an old one.
        case SLOT_A_TORN_WHILE_A_NEWER_ONE_WAS_WRITTEN -> put(file, MIB + 16, 1);
        case FIRST_MIB_WIPED -> {
          file.seek(0);
          file.write(new byte[MIB]);
        }
        default -> throw new IllegalStateException("a program's: " + this);
      }
      file.getFD().sync();
    }
  }

  private static void put(RandomAccessFile file, long offset, int length) throws IOException {
    byte[] rot = new byte[length];
    java.util.Arrays.fill(rot, (byte) 0xA5);
    file.seek(offset);
    file.write(rot);
  }

  /** Runs a program that must end well. */
  static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }
}
