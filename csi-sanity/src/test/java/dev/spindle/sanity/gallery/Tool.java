package dev.spindle.sanity.gallery;

import dev.spindle.linux.exec.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that makes what is on a disk.
 *
 * @param debianPackage what brings it
 */
record Tool(String debianPackage, String program) {
  private static final Programs PROGRAMS = new Programs();
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  /** Stands in arguments for the image that the program makes. */
  static final String IMAGE = "{image}";

  /** Stands in arguments for a directory with files. */
  static final String FILES = "{files}";

  /** Stands in arguments for a file of 64 KiB of random bytes. */
  static final String KEY = "{key}";

  /** Has the program write to the disk, whose node follows the arguments. */
  Maker on(String... arguments) {
    return node ->
        inWorkshop(
            workshop -> {
              List<String> all = filledIn(workshop, arguments);
              all.add(node.toString());
              run(all);
            });
  }

  /** Has the program make an image, which is then copied to the start of the disk. */
  Maker image(String... arguments) {
    return node ->
        inWorkshop(
            workshop -> {
              run(filledIn(workshop, arguments));
              copy(workshop.resolve("image"), node);
            });
  }

  /** Has the program write to the disk, whose node stands among the arguments as IMAGE. */
  Maker around(String... arguments) {
    return node ->
        run(
            Stream.of(arguments)
                .map(argument -> argument.replace(IMAGE, node.toString()))
                .toList());
  }

  void run(List<String> arguments) throws IOException {
    Path file =
        PROGRAMS
            .find(program)
            .orElseThrow(
                () ->
                    new AssertionError(
                        program
                            + " is missing: Debian package "
                            + debianPackage
                            + ", which scripts/install-packages installs"));
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(arguments);
    PROGRAMS.run(command, DEADLINE);
  }

  private interface Work {
    void in(Path workshop) throws IOException;
  }

  private static void inWorkshop(Work work) throws IOException {
    Path workshop = Files.createTempDirectory("spindle-gallery-");
    try {
      work.in(workshop);
    } finally {
      try (Stream<Path> files = Files.walk(workshop)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static List<String> filledIn(Path workshop, String... arguments) throws IOException {
    Path files = Files.createDirectory(workshop.resolve("files"));
    Files.writeString(files.resolve("file"), "somebody's words\n".repeat(1000));
    Path key = Files.write(workshop.resolve("key"), Noise.bytes(64 << 10));
    List<String> filled = new ArrayList<>();
    for (String argument : arguments) {
      filled.add(
          argument
              .replace(IMAGE, workshop.resolve("image").toString())
              .replace(FILES, files.toString())
              .replace(KEY, key.toString()));
    }
    return filled;
  }

  /** As much of it as the disk holds. */
  private static void copy(Path image, Path node) throws IOException {
    try (InputStream bytes = Files.newInputStream(image)) {
      Canvas.on(node, disk -> disk.put(0, bytes.readNBytes((int) disk.size())));
    }
  }
}
