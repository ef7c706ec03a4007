package dev.spindle.driver;

import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.Policy;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything that a running driver is told, validated as a whole.
 *
 * @param socket where it listens
 * @param nodeName what CSI calls the node id: at most 256 bytes (CSI spec, Size Limits)
 * @param policy which disks it may take, and whose they are then
 * @param logFormat how it logs
 * @param metrics where Prometheus may ask; empty for nowhere
 * @param scrubBytesPerSecond how fast each disk may be erased; 0 is no limit
 * @param alphaHealth whether the health calls of CSI 1.13 are offered
 */
public record Settings(
    SocketPath socket,
    String nodeName,
    Policy policy,
    LogFormat logFormat,
    Optional<MetricsAddress> metrics,
    long scrubBytesPerSecond,
    boolean alphaHealth) {
  /** The driver's name where none is given. */
  public static final String DEFAULT_DRIVER_NAME = "disk.spindle.dev";

  /** The smallest disk that is taken where no size is given. */
  public static final String DEFAULT_MIN_DISK_SIZE = "1Gi";

  private static final int MAX_NODE_ID_BYTES = 256;

  /** A limit below this is a slip of the pen: a disk of 4 TB would take seven weeks. */
  private static final long LEAST_SCRUB_RATE = 1 << 20;

  /** As csi-sanity checks a name, which is stricter than the spec: letters at both ends. */
  private static final Pattern DRIVER_NAME =
      Pattern.compile("[A-Za-z]([-A-Za-z0-9.]{0,61}[A-Za-z])?");

  /**
   * Refuses what no driver can run with.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public Settings {
    checkNodeName(nodeName);
    checkOwner(policy.owner());
    if (scrubBytesPerSecond != 0 && scrubBytesPerSecond < LEAST_SCRUB_RATE) {
      throw new IllegalArgumentException(
          "--scrub-rate is bytes a second, at least 1Mi, as 200Mi; 0 is no limit");
    }
    if (policy.disks().isEmpty()) {
      throw new IllegalArgumentException(
          "--disks (SPINDLE_DISKS) is missing: no disk is ever touched unless a pattern names it,"
              + " as --disks '/dev/disk/by-id/nvme-*'");
    }
  }

  private static void checkNodeName(String nodeName) {
    int bytes = nodeName.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_NODE_ID_BYTES) {
      throw new IllegalArgumentException(
          "a node name has between 1 and " + MAX_NODE_ID_BYTES + " bytes; this one has " + bytes);
    }
  }

  /**
   * Returns the owner if CSI and Kubernetes can have such names.
   *
   * @throws IllegalArgumentException if not
   */
  public static Owner checkOwner(Owner owner) {
    if (!DRIVER_NAME.matcher(owner.driverName()).matches()) {
      throw new IllegalArgumentException(
          "a driver name has at most 63 letters, digits, '-' and '.', and starts and ends with a"
              + " letter: \""
              + owner.driverName()
              + "\"");
    }
    TopologyValue.check(owner.topologyValue());
    return owner;
  }
}
