package dev.spindle.linux.exec;

import dev.spindle.linux.Checked;
import dev.spindle.linux.FilesystemType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs that check filesystems. They die with their driver: the next one may be about to
 * mount.
 */
final class Checkers {
  /** A full look at a large disk that rotates takes hours; a person can have that done. */
  private static final Duration DEADLINE = Duration.ofMinutes(30);

  /**
   * What a check may take, MiB. It shares the memory of the driver's container, and the kernel ends
   * all that is in it when there is no more. What needs more fails and says so.
   */
  private static final int MEMORY = 128;

  private final Programs programs;

  Checkers(Programs programs) {
    this.programs = programs;
  }

  /** Checks without a change. */
  Checked check(FilesystemType type, Path device) throws IOException {
    return switch (type) {
      // Without -f a filesystem that calls itself clean is not looked at.
      case EXT4 -> run(device, "e2fsck", "-fn");
      case XFS -> run(device, "xfs_repair", "-n", "-m", String.valueOf(MEMORY));
      case BTRFS -> run(device, "btrfs", "check", "--readonly");
    };
  }

  /** Repairs what can be repaired without anybody's decision (e2fsck(8), -p). */
  Checked preen(Path device) throws IOException {
    return run(device, "e2fsck", "-fp");
  }

  private Checked run(Path device, String program, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    // A thread that it cannot start makes xfs_repair wait for ever; it has a limit of its own.
    if (!program.equals("xfs_repair")) {
      command.addAll(List.of(programs.required("prlimit"), "--data=" + ((long) MEMORY << 20)));
    }
    command.add(programs.required(program));
    command.addAll(List.of(options));
    command.add(device.toString());
    Programs.Ended ended = programs.endTied(command, DEADLINE);
    return new Checked(
        program + " " + String.join(" ", options), ended.status(), ended.error() + ended.output());
  }
}
