package dev.spindle.linux.sysfs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** How a disk is attached, told from where its device hangs in /sys/devices. */
final class Transport {
  /**
   * A directory's name on the way to the device, and what it gives away; the first found counts.
   */
  private static final Map<Pattern, String> SIGNS = new LinkedHashMap<>();

  static {
    SIGNS.put(Pattern.compile("session[0-9]+"), "iscsi");
    SIGNS.put(Pattern.compile("rport-.*"), "fc");
    SIGNS.put(Pattern.compile("end_device-.*"), "sas");
    SIGNS.put(Pattern.compile("usb[0-9]+"), "usb");
    SIGNS.put(Pattern.compile("ata[0-9]+"), "sata");
    SIGNS.put(Pattern.compile("mmc[0-9]+"), "mmc");
    SIGNS.put(Pattern.compile("virtio[0-9]+"), "virtio");
    SIGNS.put(Pattern.compile("host[0-9]+"), "scsi");
  }

  private static final Pattern CONTROLLER = Pattern.compile("nvme[0-9]+");

  private Transport() {}

  /**
   * The name of the transport as {@link SysDisk#transport()} has it.
   *
   * @param name kernel name of the disk
   * @param device where /sys/block/NAME leads to
   */
  static String of(String name, Path device) throws IOException {
    if (name.startsWith("nvme")) {
      return ofNvme(device);
    }
    for (Map.Entry<Pattern, String> sign : SIGNS.entrySet()) {
      for (Path directory : device) {
        if (sign.getKey().matcher(directory.toString()).matches()) {
          return sign.getValue();
        }
      }
    }
    return "";
  }

  /**
   * A namespace hangs below its controller, or with native multipath below a subsystem that lists
   * its controllers. One path over a network is enough to make it a network disk.
   */
  private static String ofNvme(Path device) throws IOException {
    Set<String> transports = new TreeSet<>();
    transports.add(new Attributes(device).text("device/transport"));
    for (Path entry : Attributes.entries(device.resolve("device"))) {
      if (CONTROLLER.matcher(entry.getFileName().toString()).matches()) {
        transports.add(new Attributes(entry).text("transport"));
      }
    }
    transports.remove("");
    boolean local = transports.remove("pcie");
    if (!transports.isEmpty()) {
      return "nvme-" + transports.iterator().next();
    }
    return local ? "nvme" : "";
  }
}
