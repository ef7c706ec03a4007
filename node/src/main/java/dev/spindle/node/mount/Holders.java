package dev.spindle.node.mount;

import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.ProcSwaps;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says what keeps a mount busy, as far as /proc and /sys show it (with the host's process ids in
 * sight, all of the node): processes, loop devices over its files, swap files, mounts below it.
 * Only links and kernel texts are read and no path is followed, so that looking cannot hang on a
 * dead disk.
 */
final class Holders {
  /**
   * How many of a kind are named; a message becomes an event, which holds 1 KiB with the path and
   * kubelet's own words.
   */
  static final int MOST = 4;

  /** Reading what a process has mapped waits while the kernel changes that, perhaps for a disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Path proc;
  private final ProcSwaps swaps;
  private final SysBlock sysBlock;

  /** Of the running system with {@code /}. */
  Holders(Path root) {
    this.proc = root.resolve("proc");
    this.swaps = new ProcSwaps(root);
    this.sysBlock = new SysBlock(root);
  }

  /**
   * What was found in a few seconds, each as words for a sentence.
   *
   * @param all the mount table
   */
  List<String> of(Mount mount, List<Mount> all) {
    List<String> found = new ArrayList<>();
    add(found, "in use by process ", processes(mount));
    add(found, "below loop device ", loops(mount));
    add(found, "in use as swap: ", swapFiles(mount));
    add(found, "mounted below it: ", below(mount, all));
    return found;
  }

  private static void add(List<String> found, String words, List<String> holders) {
    if (!holders.isEmpty()) {
      int more = holders.size() - MOST;
      String named = String.join(", ", holders.subList(0, Math.min(MOST, holders.size())));
      found.add(words + named + (more > 0 ? " and " + more + " more" : ""));
    }
  }

  private static List<String> below(Mount mount, List<Mount> all) {
    return all.stream()
        .map(Mount::target)
        .filter(target -> target.startsWith(mount.target()) && !target.equals(mount.target()))
        .map(target -> ProcessLook.shortened(target.toString()))
        .toList();
  }

  private List<String> loops(Mount mount) {
    List<String> found = new ArrayList<>();
    try {
      for (String name : sysBlock.names()) {
        String file = sysBlock.read(name).map(SysDisk::backingFile).orElse(null);
        if (file != null && Path.of(file).startsWith(mount.target())) {
          found.add(name + " over " + ProcessLook.shortened(file));
        }
      }
    } catch (IOException hidden) {
      // What was found before still helps.
    }
    return found;
  }

  private List<String> swapFiles(Mount mount) {
    try {
      return swaps.read().stream()
          .filter(file -> file.startsWith(mount.target()))
          .map(file -> ProcessLook.shortened(file.toString()))
          .toList();
    } catch (IOException hidden) {
      return List.of();
    }
  }

  /** Processes in a mount, as "1234 (postgres): open /data/base/1". */
  private List<String> processes(Mount mount) {
    List<String> found = Collections.synchronizedList(new ArrayList<>());
    Thread looking = new Thread(() -> look(mount, found), "holders");
    looking.setDaemon(true);
    looking.start();
    try {
      looking.join(PATIENCE.toMillis());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    synchronized (found) {
      return List.copyOf(found);
    }
  }

  /** First what cannot hang, of all processes; then what they have mapped. */
  private void look(Mount mount, List<String> found) {
    Set<Path> named = new HashSet<>();
    for (boolean mapped : new boolean[] {false, true}) {
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
        for (Path process : processes) {
          Optional<String> holder =
              named.contains(process)
                  ? Optional.empty()
                  : new ProcessLook(process, mount).holder(mapped);
          if (holder.isPresent()) {
            named.add(process);
            found.add(holder.get());
          }
        }
      } catch (IOException | DirectoryIteratorException hidden) {
        // What was found before still helps.
      }
    }
  }
}
