package dev.spindle.driver.cli;

import dev.spindle.disks.Owner;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.driver.Settings;
import dev.spindle.driver.TopologyValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which disks are the driver's, and who it is. */
final class PolicyOptions {
  private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

  @Option(
      names = "--disks",
      paramLabel = "GLOB[,GLOB...]",
      description =
          "Disks that may be taken: globs over /dev names and every name below /dev/disk. Nothing"
              + " is taken that no glob names; quote them from the shell.")
  List<String> disks = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "GLOB[,GLOB...]",
      description = "Disks that may not be taken, though --disks names them.")
  List<String> exclude = new ArrayList<>();

  @Option(
      names = "--driver-name",
      paramLabel = "NAME",
      defaultValue = Settings.DEFAULT_DRIVER_NAME,
      description = "The CSI driver's name, which disks record as their owner: ${DEFAULT-VALUE}.")
  String driverName = Settings.DEFAULT_DRIVER_NAME;

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description =
          "This node's name in Kubernetes. serve must be given it; the other commands take the"
              + " host's name if it is left out.")
  @Nullable String nodeName;

  @Option(
      names = "--topology-value",
      paramLabel = "VALUE",
      description =
          "This node's value of the topology key, which disks record too. If left out: the node"
              + " name; of one over 63 bytes its first 46 characters, '-' and a hash.")
  @Nullable String topologyValue;

  @Option(
      names = "--min-disk-size",
      paramLabel = "SIZE",
      defaultValue = Settings.DEFAULT_MIN_DISK_SIZE,
      description = "The smallest disk that may be taken: ${DEFAULT-VALUE}.")
  String minDiskSize = Settings.DEFAULT_MIN_DISK_SIZE;

  // With arity 0, picocli would turn a flag that the environment sets off again when it is given.
  @Option(
      names = "--allow-loop-devices",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Loop devices over plain files count as disks: for tests and demonstrations.")
  boolean allowLoopDevices;

  @Option(
      names = "--allow-shared-transports",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Disks that other nodes may see (iSCSI, FC, NVMe over fabrics) count too.")
  boolean allowSharedTransports;

  /** The node name that was given; empty if none was. */
  String givenNodeName() {
    return nodeName == null ? "" : nodeName.strip();
  }

  /**
   * What the options say.
   *
   * @throws BadUsage with a sentence
   */
  Policy policy() throws IOException {
    String node = givenNodeName().isEmpty() ? Files.readString(HOSTNAME).strip() : givenNodeName();
    String topology = topologyValue == null ? TopologyValue.of(node) : topologyValue.strip();
    try {
      return new Policy(
          Settings.checkOwner(new Owner(driverName, topology)),
          GlobList.parse("--disks", disks),
          GlobList.parse("--exclude", exclude),
          size("--min-disk-size", minDiskSize),
          allowLoopDevices,
          allowSharedTransports);
    } catch (IllegalArgumentException refused) {
      throw new BadUsage(String.valueOf(refused.getMessage()));
    }
  }

  /** Bytes of a size that an option gives. */
  static long size(String option, String value) {
    try {
      return Quantity.parse(value);
    } catch (IllegalArgumentException noSize) {
      throw new BadUsage(option + ": " + noSize.getMessage());
    }
  }
}
