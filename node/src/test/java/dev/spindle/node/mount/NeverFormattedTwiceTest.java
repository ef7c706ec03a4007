package dev.spindle.node.mount;

import static dev.spindle.node.mount.LoopNode.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.State;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever has become of the filesystem of a formatted volume, it is not formatted again. */
@RequireRoot
class NeverFormattedTwiceTest {
  private static final int MIB = 1 << 20;
  private static int tried;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  /** What can become of a filesystem. */
  private enum Harm {
    START_ZEROED,
    ALL_ZEROED,
    ANOTHER_FILESYSTEM_WITH_THE_SAME_UUID,
    ANOTHER_UUID,
    SWAP,
    RANDOM_BYTES,
    DAMAGED_BEHIND_ITS_SUPERBLOCK
  }

  @AfterAll
  static void count() throws IOException {
    Proof.count(
        "ways in which a formatted volume's filesystem was not what it was",
        tried,
        (long) Harm.values().length * FilesystemType.values().length);
  }

  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void aFormattedVolumeIsRefusedUnchangedUntilItsFilesystemIsBack(FilesystemType type)
      throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      done(node.stage());
      Files.writeString(node.staging.resolve("file"), "kept");
      done(node.unstage());
      PartitionContent good = PartitionContent.read(node.volume.node());
      for (Harm harm : Harm.values()) {
        inflict(harm, type, node);
        refusedUnchanged(harm, node);
        good.putBack();
        done(node.stage());
        assertThat(node.staging.resolve("file")).hasContent("kept");
        done(node.unstage());
        tried++;
      }
      assertThat(node.volume.states).containsExactly(State.FORMATTING, State.FORMATTED);
      assertThat(node.volume.cleared).isZero();
    }
  }

  private static void refusedUnchanged(Harm harm, LoopNode node) throws IOException {
    // A mount that fails late may have written to its superblock and its log.
    boolean mounting = harm == Harm.DAMAGED_BEHIND_ITS_SUPERBLOCK;
    long from = mounting ? MIB : 0;
    long to = mounting ? 8L * MIB : Long.MAX_VALUE;
    String before = PartitionContent.read(node.volume.node()).sha256(from, to);
    // Each call begins as after a restart: nothing is remembered between them.
    for (int time = 0; time < 2; time++) {
      Outcome outcome = node.stage();
      assertThat(outcome).as("%s", harm).isInstanceOf(Refused.class);
      Refused refused = (Refused) outcome;
      assertThat(refused.kind()).as("%s: %s", harm, refused.why()).isEqualTo(Refused.Kind.UNFIT);
      assertThat(refused.why())
          .contains(node.volume.node().getFileName().toString(), "never formatted again")
          .contains(words(harm));
      assertThat(node.mountsAt(node.staging)).isEmpty();
      assertThat(node.volume.held()).isFalse();
    }
    assertThat(PartitionContent.read(node.volume.node()).sha256(from, to))
        .as("%s", harm)
        .isEqualTo(before);
  }

  private static String words(Harm harm) {
    return switch (harm) {
      case START_ZEROED, ALL_ZEROED, RANDOM_BYTES -> "nothing that can be recognised";
      case SWAP -> "swap";
      case DAMAGED_BEHIND_ITS_SUPERBLOCK -> "docs/operations.md";
      default -> "spindle repair DEVICE --format-again";
    };
  }

  private static void inflict(Harm harm, FilesystemType type, LoopNode node) throws IOException {
    Path partition = node.volume.node();
    switch (harm) {
      case START_ZEROED -> PartitionContent.put(partition, 0, new byte[MIB]);
      case ALL_ZEROED -> PartitionContent.zero(partition);
      case ANOTHER_FILESYSTEM_WITH_THE_SAME_UUID -> {
        FilesystemType other =
            type == FilesystemType.EXT4 ? FilesystemType.XFS : FilesystemType.EXT4;
        node.host
            .filesystems()
            .make(
                new NewFilesystem(other, node.volume.uuid(), "", List.of(), List.of()),
                partition,
                true);
      }
      case ANOTHER_UUID -> run(changeUuid(type), partition);
      case SWAP -> run(List.of("mkswap", "--force"), partition);
      case RANDOM_BYTES -> PartitionContent.put(partition, 0, random(MIB));
      case DAMAGED_BEHIND_ITS_SUPERBLOCK -> damage(type, partition);
    }
  }

  private static List<String> changeUuid(FilesystemType type) {
    String other = UUID.randomUUID().toString();
    return switch (type) {
      case EXT4 -> List.of("sh", "-c", "e2fsck -fp $0 && tune2fs -U " + other + " $0");
      case XFS -> List.of("xfs_admin", "-U", other);
      case BTRFS -> List.of("btrfstune", "-f", "-U", other);
    };
  }

  /** Leaves the superblock that tells what it is, and takes what it leads to. */
  private static void damage(FilesystemType type, Path partition) throws IOException {
    switch (type) {
      case EXT4, XFS -> PartitionContent.put(partition, 4096, random(8 * MIB));
      case BTRFS -> {
        PartitionContent.put(partition, 128 << 10, random(63 * MIB));
        PartitionContent.put(partition, 65 * MIB, random(64 * MIB));
      }
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(20261122).nextBytes(bytes);
    return bytes;
  }

  private static void run(List<String> program, Path device) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.add(device.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }
}
