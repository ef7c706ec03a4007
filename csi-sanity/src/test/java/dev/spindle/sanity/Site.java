package dev.spindle.sanity;

import dev.spindle.linux.testing.LoopDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a driver runs and what it may take.
 *
 * @param driverName of its own for each run of the tests, as another driver of one name would be
 *     refused, or refuse this one
 * @param disks nodes or globs for --disks
 * @param directory where its socket is
 */
record Site(String driverName, List<String> disks, Path directory) {
  static final String NODE = "sanity";

  Site(List<String> disks, Path directory) {
    this("sanity-" + ProcessHandle.current().pid() + ".spindle.dev", disks, directory);
  }

  static Site of(List<LoopDisk> disks, Path directory) {
    return new Site(disks.stream().map(disk -> disk.node().toString()).toList(), directory);
  }

  Path socket() {
    return directory.resolve("csi.sock");
  }

  /** The same with other words for --disks. */
  Site withDisks(String... others) {
    return new Site(driverName, List.of(others), directory);
  }

  /** The arguments of {@code spindle serve}. */
  List<String> serve() {
    return command("serve", "--endpoint", "unix://" + socket());
  }

  /** The arguments of another command, with the options that say whose the disks are. */
  List<String> command(String... first) {
    List<String> arguments = new ArrayList<>(List.of(first));
    arguments.addAll(
        List.of(
            "--node-name",
            NODE,
            "--driver-name",
            driverName,
            "--disks",
            String.join(",", disks),
            "--allow-loop-devices",
            "--min-disk-size",
            "16Mi"));
    return arguments;
  }
}
