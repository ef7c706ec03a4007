package dev.spindle.vm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every guest is started from: the images that {@code vm/make-guest} built, and the driver as
 * it is shipped, on a disk of its own.
 */
record GuestImage(Path kernel, Path initramfs, Path root, Path distribution) {
  private static @Nullable GuestImage made;

  /** Makes what is missing, once in a run of the tests. */
  static synchronized GuestImage get() throws IOException, InterruptedException {
    if (made == null) {
      Path module = module();
      Path guest = Path.of(output(List.of(module.resolve("make-guest").toString())).strip());
      made =
          new GuestImage(
              guest.resolve("vmlinuz"),
              guest.resolve("initrd"),
              guest.resolve("root.ext4"),
              distribution(module));
    }
    return made;
  }

  private static Path distribution(Path module) throws IOException, InterruptedException {
    Path files = module.resolveSibling("driver/target/dist");
    if (!Files.isExecutable(files.resolve("bin/spindle"))) {
      throw new IllegalStateException(files + " is not there: make test-vm builds it");
    }
    Path image = target().resolve("dist.ext4");
    Files.deleteIfExists(image);
    output(
        List.of(
            "/usr/sbin/mke2fs",
            "-q",
            "-t",
            "ext4",
            "-O",
            "^has_journal",
            "-L",
            "spindle-dist",
            "-d",
            files.toString(),
            image.toString(),
            "128M"));
    return image;
  }

  /** Where logs of guests are left. */
  static Path target() throws IOException {
    return Files.createDirectories(module().resolve("target"));
  }

  private static Path module() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("vm/make-guest"))) {
        return at.resolve("vm");
      }
    }
    throw new IllegalStateException("not inside the project: " + Path.of("").toAbsolutePath());
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(command.get(0) + " failed: " + text);
      }
      return text;
    } finally {
      process.destroyForcibly();
    }
  }
}
