package dev.spindle.linux.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The filesystems that the running kernel has or can load, told from text under a given root. */
final class KernelFilesystems {
  private final Path root;

  KernelFilesystems(Path root) {
    this.root = root;
  }

  /** Why the kernel cannot mount a filesystem; empty if it can. */
  String missing(String filesystem) {
    try {
      List<String> known = Files.readAllLines(root.resolve("proc/filesystems"));
      if (known.stream().anyMatch(line -> line.strip().equals(filesystem))) {
        return "";
      }
    } catch (IOException e) {
      return "/proc/filesystems cannot be read: " + e;
    }
    return missingModule(filesystem);
  }

  private String missingModule(String filesystem) {
    String absent = "the kernel has no " + filesystem + ": not in /proc/filesystems";
    try {
      String release = Files.readString(root.resolve("proc/sys/kernel/osrelease")).strip();
      Path index = root.resolve("lib/modules").resolve(release).resolve("modules.dep");
      if (!Files.exists(index)) {
        return absent + ", and there is no /lib/modules/" + release + "/modules.dep";
      }
      // Lines as "kernel/fs/xfs/xfs.ko.xz: kernel/lib/libcrc32c.ko.xz" (depmod(8)).
      String module = "/" + filesystem + ".ko";
      boolean loadable =
          Files.readAllLines(index).stream()
              .anyMatch(line -> line.split(":", 2)[0].contains(module));
      return loadable ? "" : absent + ", and not in /lib/modules/" + release + "/modules.dep";
    } catch (IOException e) {
      return absent + ", and the modules cannot be read: " + e;
    }
  }
}
