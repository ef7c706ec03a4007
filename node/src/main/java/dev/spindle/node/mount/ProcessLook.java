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
import java.util.Optional;
import java.util.stream.Stream;

/** One look at a process below /proc: whether and by what it holds a mount. */
final class ProcessLook {
  /** How much of a path is shown: its end, which tells the most. */
  private static final int LONGEST_PATH = 60;

  /** Address, permissions, offset, device, inode; then the path (proc_pid_maps(5)). */
  private static final int FIELDS_OF_MAPPING = 6;

  private final Path process;
  private final Mount mount;

  ProcessLook(Path process, Mount mount) {
    this.process = process;
    this.mount = mount;
  }

  /**
   * Who it is and what it has, as "1234 (postgres): open /data/base/1".
   *
   * @param mapped whether to look at what it has mapped, and not at what it has open
   */
  Optional<String> holder(boolean mapped) {
    try {
      List<String> places = places();
      return (mapped ? mapping(places) : opening(places))
          .map(what -> process.getFileName() + " (" + command() + "): " + what);
    } catch (IOException | DirectoryIteratorException ended) {
      return Optional.empty();
    }
  }

  /**
   * Where the process sees what is mounted. In another mount namespace, a container's, that has
   * another path, and the process's own mount table says which; what it had open before it came
   * there keeps the path it had.
   */
  private List<String> places() throws IOException {
    List<String> places = new ArrayList<>(List.of(mount.target().toString()));
    ProcMounts.read(process.resolve("mountinfo")).stream()
        .filter(seen -> seen.device().equals(mount.device()) && seen.root().equals(mount.root()))
        .forEach(seen -> places.add(seen.target().toString()));
    return places;
  }

  private Optional<String> opening(List<String> places) throws IOException {
    Optional<String> directory =
        within(process.resolve("cwd"), places)
            .map(path -> "cwd " + path)
            .or(() -> within(process.resolve("root"), places).map(path -> "root " + path));
    if (directory.isPresent()) {
      return directory;
    }
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path link : open) {
        Optional<String> path = within(link, places);
        if (path.isPresent()) {
          return path.map(name -> "open " + name);
        }
      }
    }
    return Optional.empty();
  }

  /** The target of a link of /proc, read and not followed, if it lies in one of the places. */
  private static Optional<String> within(Path link, List<String> places) {
    try {
      return within(Files.readSymbolicLink(link).toString(), places);
    } catch (IOException closed) {
      return Optional.empty();
    }
  }

  private static Optional<String> within(String path, List<String> places) {
    return places.stream().anyMatch(place -> (path + "/").startsWith(place + "/"))
        ? Optional.of(shortened(path))
        : Optional.empty();
  }

  private Optional<String> mapping(List<String> places) throws IOException {
    try (Stream<String> lines = Files.lines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
      return lines
          .map(line -> line.split(" +", FIELDS_OF_MAPPING))
          .filter(fields -> fields.length == FIELDS_OF_MAPPING)
          .flatMap(fields -> within(fields[FIELDS_OF_MAPPING - 1], places).stream())
          .map(path -> "mapped " + path)
          .findFirst();
    } catch (java.io.UncheckedIOException ended) {
      throw ended.getCause();
    }
  }

  private String command() {
    try {
      return printable(
          Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip());
    } catch (IOException ended) {
      return "ended meanwhile";
    }
  }

  /** A path for people: its end, if it is long. */
  static String shortened(String path) {
    String plain = printable(path);
    return plain.length() <= LONGEST_PATH
        ? plain
        : "..." + plain.substring(plain.length() - LONGEST_PATH + 3);
  }

  /** Names of files and processes are data of others: they must not write lines of their own. */
  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
