package dev.spindle.linux.sysfs;

import dev.spindle.linux.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** Reads /sys/block and /dev/disk under a given root. */
public final class SysBlock implements DiskTable {
  /** The unit of {@code size} and {@code start}, whatever the sector size. */
  private static final int UNIT = 512;

  private static final int ATTEMPTS = 10;

  /** Between attempts: the kernel may be half through making or unmaking what is read. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  private static final Pattern KEPT_IN_STORE = Pattern.compile("(loop|nbd|zram)\\d+");
  private static final DeviceNumber NONE = new DeviceNumber(0, 0);

  private final Path root;
  private final DiskLinks links;

  /** Of the running system with {@code /}; of a recorded tree in tests. */
  public SysBlock(Path root) {
    this.root = root;
    this.links = new DiskLinks(root);
  }

  @Override
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : new Attributes(root).names("sys/block")) {
      if (!mayBeInStore(name) || !isEmpty(name)) {
        names.add(name);
      }
    }
    names.sort(new NaturalOrder());
    return names;
  }

  private static boolean mayBeInStore(String name) {
    return KEPT_IN_STORE.matcher(name).matches();
  }

  private boolean isEmpty(String name) {
    try {
      return new Attributes(root.resolve("sys/block").resolve(name)).text("size").equals("0");
    } catch (IOException dying) {
      return false;
    }
  }

  @Override
  public Optional<SysDisk> read(String name) throws IOException {
    Path directory = root.resolve("sys/block").resolve(name.replace('/', '!'));
    IOException failure = null;
    for (int attempt = 0; attempt < ATTEMPTS && Files.exists(directory); attempt++) {
      try {
        Path device = directory.toRealPath();
        SysDisk disk = read(name, device);
        // Absent files and files of a disk that is just going away look alike, and another disk may
        // have taken the name meanwhile.
        if (directory.toRealPath().equals(device)
            && new Attributes(device).number("diskseq") == disk.diskSequence()) {
          return Optional.of(disk).filter(any -> any.sizeBytes() > 0 || !mayBeInStore(name));
        }
      } catch (IOException e) {
        failure = e;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    if (!Files.exists(directory)) {
      return Optional.empty();
    }
    throw failure == null ? new IOException(directory + " changed while it was read") : failure;
  }

  /**
   * Made of the count of all events that the kernel has sent to udev (kernel/ksysfs.c,
   * uevent_seqnum), which can be read also where the events cannot be had: in any network namespace
   * but the host's.
   */
  @Override
  public String events() throws IOException {
    return new Attributes(root.resolve("sys/kernel")).text("uevent_seqnum") + " " + links.version();
  }

  @Override
  public Set<String> changed(Collection<SysDisk> known) throws IOException {
    Map<String, List<Path>> linked = links.all();
    Set<String> changed = new TreeSet<>(names());
    for (SysDisk disk : known) {
      if (!changed.remove(disk.name())) {
        changed.add(disk.name());
      } else if (!disk.links().equals(linked.getOrDefault(disk.name(), List.of()))
          || !isStill(disk)) {
        changed.add(disk.name());
      }
    }
    return changed;
  }

  /** One that cannot be read has changed: it is dying, and must not hide what others do. */
  private boolean isStill(SysDisk disk) {
    Attributes now =
        new Attributes(root.resolve("sys/block").resolve(disk.name().replace('/', '!')));
    try {
      return now.number("diskseq") == disk.diskSequence()
          && now.number("size") * UNIT == disk.sizeBytes()
          && now.flag("ro") == disk.readOnly();
    } catch (IOException dying) {
      return false;
    }
  }

  /** The device number of a disk or partition by kernel name, from /sys/class/block. */
  public Optional<DeviceNumber> number(String name) throws IOException {
    Path directory = root.resolve("sys/class/block").resolve(name.replace('/', '!'));
    try {
      return number(new Attributes(directory));
    } catch (IOException e) {
      if (!Files.exists(directory)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Optional<SysDisk> diskOf(DeviceNumber number) throws IOException {
    return diskOf(root.resolve("sys/dev/block").resolve(number.toString()));
  }

  @Override
  public Optional<SysDisk> diskOf(String name) throws IOException {
    return diskOf(root.resolve("sys/class/block").resolve(name.replace('/', '!')));
  }

  private Optional<SysDisk> diskOf(Path link) throws IOException {
    try {
      Path device = link.toRealPath();
      Path disk = new Attributes(device).has("partition") ? device.resolveSibling("") : device;
      return read(disk.getFileName().toString().replace('!', '/'));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  /** Whether there is a disk or partition with a device number, whatever its name. */
  public boolean has(DeviceNumber number) {
    return Files.exists(root.resolve("sys/dev/block").resolve(number.toString()));
  }

  private SysDisk read(String name, Path device) throws IOException {
    Attributes disk = new Attributes(device);
    List<SysPartition> partitions = new ArrayList<>();
    List<String> holders = new ArrayList<>(disk.names("holders"));
    for (Path entry : Attributes.entries(device)) {
      Attributes part = new Attributes(entry);
      Optional<SysPartition> partition = part.has("partition") ? partition(part) : Optional.empty();
      if (partition.isPresent()) {
        partitions.add(partition.get());
        holders.addAll(part.names("holders"));
      }
    }
    partitions.sort(Comparator.comparingInt(SysPartition::number));
    holders.sort(new NaturalOrder());
    String backingFile = disk.text("loop/backing_file");
    return new SysDisk(
        name,
        number(disk).orElse(NONE),
        disk.number("diskseq"),
        disk.number("size") * UNIT,
        (int) disk.number("queue/logical_block_size"),
        disk.flag("ro"),
        disk.flag("removable"),
        disk.flag("hidden"),
        suspended(name, disk),
        disk.flag("queue/rotational"),
        disk.has("queue/zoned") ? disk.text("queue/zoned") : "none",
        disk.text("device/model"),
        disk.text("device/vendor"),
        serial(disk),
        wwn(disk),
        Transport.of(name, device),
        backingFile.isEmpty() ? null : backingFile,
        List.copyOf(holders),
        List.copyOf(partitions),
        List.copyOf(links.of(name)));
  }

  /**
   * Reads until two readings agree, since a partition may be deleted and added again in the middle
   * of one. Empty if it is gone by then.
   */
  private static Optional<SysPartition> partition(Attributes part) throws IOException {
    IOException failure = null;
    for (int attempt = 0; attempt < ATTEMPTS && part.has("partition"); attempt++) {
      try {
        SysPartition partition = partitionOnce(part);
        if (partition.equals(partitionOnce(part))) {
          return Optional.of(partition);
        }
      } catch (IOException e) {
        failure = e;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    if (!part.has("partition")) {
      return Optional.empty();
    }
    throw failure == null
        ? new IOException(part.directory() + " changed while it was read")
        : failure;
  }

  private static SysPartition partitionOnce(Attributes part) throws IOException {
    return new SysPartition(
        part.directory().getFileName().toString().replace('!', '/'),
        (int) part.required("partition"),
        number(part).orElseThrow(() -> new NoSuchFileException(part.directory() + "/dev")),
        part.required("start") * UNIT,
        part.required("size") * UNIT);
  }

  private static boolean suspended(String name, Attributes disk) throws IOException {
    if (disk.flag("dm/suspended")) {
      return true;
    }
    // A controller of NVMe has a state too, with words of its own.
    String state = name.startsWith("nvme") ? "" : disk.text("device/state");
    return !state.isEmpty() && !state.equals("running");
  }

  private static String serial(Attributes disk) throws IOException {
    String serial = disk.firstText("device/serial", "serial");
    return serial.isEmpty() ? disk.vitalProductData("device/vpd_pg80") : serial;
  }

  /** A SCSI disk without page 83 of vital product data has the attribute, and no WWN. */
  private static String wwn(Attributes disk) throws IOException {
    String wwn = disk.text("wwid");
    return wwn.isEmpty() ? disk.textIfAny("device/wwid") : wwn;
  }

  private static Optional<DeviceNumber> number(Attributes attributes) throws IOException {
    String text = attributes.text("dev");
    try {
      // A hidden disk has no number.
      return text.isEmpty() ? Optional.empty() : Optional.of(DeviceNumber.parse(text));
    } catch (IllegalArgumentException e) {
      throw new IOException(attributes.directory() + " has no device number but " + text, e);
    }
  }
}
