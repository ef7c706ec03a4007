package dev.spindle.node.mount;

import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.ProcMounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Says which processes keep a mount busy, as far as /proc shows them (with the host's process ids
 * in sight, all of the node). Only links and small kernel texts are read and no path is followed,
 * so that looking cannot hang on a dead disk.
 */
final class Holders {
  /** How many holders are named; a message becomes an event, which holds 1 KiB. */
  private static final int MOST = 10;

  private final Path proc;

  /** Of the running system with {@code /proc}. */
  Holders(Path proc) {
    this.proc = proc;
  }

  /** Processes with an open file, working directory or root in a mount, as "1234 (postgres)". */
  List<String> of(Mount mount) {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (found.size() < MOST && holds(process, mount)) {
          found.add(process.getFileName() + " (" + command(process) + ")");
        }
      }
    } catch (IOException | DirectoryIteratorException hidden) {
      // What was found before still helps.
    }
    return found;
  }

  private static String command(Path process) {
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException ended) {
      return "ended meanwhile";
    }
  }

  /**
   * Whether a process is in the mount. In another mount namespace, a container's, the same
   * filesystem has other paths; the process's own mount table says which.
   */
  private static boolean holds(Path process, Mount mount) {
    try {
      List<String> places = places(process, mount);
      return !places.isEmpty()
          && (within(process.resolve("cwd"), places)
              || within(process.resolve("root"), places)
              || anyOpen(process.resolve("fd"), places));
    } catch (IOException | DirectoryIteratorException ended) {
      return false;
    }
  }

  private static boolean anyOpen(Path descriptors, List<String> places) throws IOException {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
      for (Path link : open) {
        if (within(link, places)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean within(Path link, List<String> places) {
    try {
      String target = Files.readSymbolicLink(link) + "/";
      return places.stream().anyMatch(place -> target.startsWith(place + "/"));
    } catch (IOException closed) {
      return false;
    }
  }

  /** Where a process sees what is mounted. */
  private static List<String> places(Path process, Mount mount) throws IOException {
    return ProcMounts.read(process.resolve("mountinfo")).stream()
        .filter(seen -> seen.device().equals(mount.device()) && seen.root().equals(mount.root()))
        .map(seen -> seen.target().toString())
        .toList();
  }
}
