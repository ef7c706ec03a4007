package dev.spindle.linux.testing;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Bounds;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.LoopBacking;
import dev.spindle.linux.sysfs.DiskTable;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A machine whose disks are memory: device nodes of whole disks and of partitions over one medium,
 * exclusive opens and BLKPG as Linux has them, and what the kernel says of it all. Nothing of the
 * real machine is touched.
 */
public final class MemoryMachine implements BlockDevices, DiskTable {
  /** What a device is asked to do. */
  public enum Call {
    OPEN,
    LOCK,
    SEQUENCE,
    READ,
    WRITE,
    ZERO,
    DISCARD,
    FLUSH,
    ADD_PARTITION,
    DELETE_PARTITION,
    RESIZE_PARTITION
  }

  /**
   * One call to a device.
   *
   * @param path of the node
   * @param medium the whole disk below; null where there is none
   * @param offset on the medium, bytes; 0 where there is none, as of a flush
   * @param data of a write; null for the others
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Request(
      Call call,
      String path,
      @Nullable MemoryDisk medium,
      long offset,
      long length,
      byte @Nullable [] data) {
    /** The error that the kernel would give to this call. */
    public KernelException failure(Errno errno) {
      return new KernelException(call.name().toLowerCase(Locale.ROOT), path, errno);
    }
  }

  /** Asked before and after every call; what it throws is what the call throws. */
  @FunctionalInterface
  public interface Fault {
    /** Nothing of the call has been done yet. */
    void before(Request request) throws IOException;

    /** All of it has been done. */
    default void after(Request request) throws IOException {}
  }

  private final Map<String, Disk> disks = new TreeMap<>();
  private final List<Device> open = new ArrayList<>();
  private Fault fault = request -> {};

  /** A disk of the machine. */
  private static final class Disk {
    private final String name;
    private final int minor;
    private final Map<Integer, Part> partitions = new TreeMap<>();
    private MemoryDisk medium;
    private boolean sized = true;

    Disk(String name, int minor, MemoryDisk medium) {
      this.name = name;
      this.minor = minor;
      this.medium = medium;
    }

    String name(Part part) {
      return part.number == 0 ? name : name + part.number;
    }

    DeviceNumber number(Part part) {
      return new DeviceNumber(8, minor + part.number);
    }

    long sequence() {
      return (long) minor / 16 + 1;
    }

    SysDisk seen() {
      return new SysDisk(
          name,
          new DeviceNumber(8, minor),
          sequence(),
          sized ? medium.sizeBytes() : 0,
          medium.sectorSize(),
          false,
          false,
          false,
          false,
          false,
          "none",
          "MEMORY",
          "",
          "",
          "",
          "sata",
          null,
          List.of(),
          partitions.values().stream().map(this::seen).toList(),
          List.of());
    }

    private SysPartition seen(Part part) {
      return new SysPartition(name(part), part.number, number(part), part.start, part.length);
    }
  }

  /** The part of a disk that a node shows; number 0 is the whole. */
  private record Part(int number, long start, long length) {
    boolean overlaps(Part other) {
      return start < other.start + other.length && other.start < start + length;
    }
  }

  /** Plugs a disk in as /dev/NAME. */
  public synchronized void add(String name, MemoryDisk medium) {
    disks.put(name, new Disk(name, 16 * disks.size(), medium));
  }

  /**
   * Puts another medium of the same size into a disk, as after a reboot: no partition is known to
   * the kernel, and nobody has it open.
   */
  public synchronized void reboot(String name, MemoryDisk medium) {
    Disk disk = disk(name);
    open.removeIf(device -> device.disk == disk);
    disk.partitions.clear();
    disk.medium = medium;
  }

  /** Has a disk report no size, as one that has died or lost its medium. */
  public synchronized void loseSize(String name) {
    disk(name).sized = false;
  }

  /** The medium that is in a disk. */
  public synchronized MemoryDisk medium(String name) {
    return disk(name).medium;
  }

  /** Asks this before and after every call from now on. */
  public synchronized void onEach(Fault asked) {
    fault = asked;
  }

  /** The nodes that are open, once for each time. */
  public synchronized List<String> open() {
    return open.stream().map(Device::path).toList();
  }

  private Disk disk(String name) {
    Disk disk = disks.get(name);
    if (disk == null) {
      throw new IllegalArgumentException("no disk " + name);
    }
    return disk;
  }

  @Override
  public synchronized String events() {
    return disks.keySet().toString();
  }

  @Override
  public synchronized Set<String> changed(Collection<SysDisk> known) {
    Set<String> changed = new TreeSet<>(disks.keySet());
    for (SysDisk disk : known) {
      Disk now = disks.get(disk.name());
      if (now != null && now.seen().equals(disk)) {
        changed.remove(disk.name());
      } else {
        changed.add(disk.name());
      }
    }
    return changed;
  }

  @Override
  public synchronized BlockDevice open(Path node, Access access) throws IOException {
    String path = node.toString();
    for (Disk disk : disks.values()) {
      for (Part part : parts(disk)) {
        if (path.equals("/dev/" + disk.name(part))) {
          Request request = new Request(Call.OPEN, path, disk.medium, 0, 0, null);
          fault.before(request);
          Device device = new Device(disk, part, path, access);
          if (device.exclusive && open.stream().anyMatch(device::isKeptOutBy)) {
            throw request.failure(Errno.EBUSY);
          }
          fault.after(request);
          open.add(device);
          return device;
        }
      }
    }
    throw new KernelException("open", path, Errno.ENOENT);
  }

  private static List<Part> parts(Disk disk) {
    List<Part> parts = new ArrayList<>(disk.partitions.values());
    parts.add(new Part(0, 0, disk.medium.sizeBytes()));
    return parts;
  }

  @Override
  public synchronized List<String> names() {
    return List.copyOf(disks.keySet());
  }

  @Override
  public synchronized Optional<SysDisk> read(String name) {
    return Optional.ofNullable(disks.get(name)).map(Disk::seen);
  }

  @Override
  public synchronized Optional<SysDisk> diskOf(DeviceNumber number) {
    return disks.values().stream()
        .filter(disk -> parts(disk).stream().anyMatch(part -> disk.number(part).equals(number)))
        .findFirst()
        .map(Disk::seen);
  }

  @Override
  public synchronized Optional<SysDisk> diskOf(String name) {
    return disks.values().stream()
        .filter(disk -> parts(disk).stream().anyMatch(part -> disk.name(part).equals(name)))
        .findFirst()
        .map(Disk::seen);
  }

  /** An open node. */
  private final class Device implements BlockDevice {
    private final Disk disk;
    private final Part part;
    private final String path;
    private final boolean exclusive;
    private final boolean writable;
    private boolean closed;

    Device(Disk disk, Part part, String path, Access access) {
      this.disk = disk;
      this.part = part;
      this.path = path;
      this.exclusive = access == Access.EXCLUSIVE || access == Access.EXCLUSIVE_READ;
      this.writable = access == Access.EXCLUSIVE || access == Access.SHARED_WRITE;
    }

    /** A claim on a disk keeps out claims on its partitions, and the other way round. */
    boolean isKeptOutBy(Device other) {
      boolean whole = part.number == 0 || other.part.number == 0;
      return other.exclusive && disk == other.disk && (whole || part.number == other.part.number);
    }

    private interface Work<T> {
      T on(MemoryDisk medium) throws IOException;
    }

    private <T> T call(Call call, long offset, long length, byte @Nullable [] data, Work<T> work)
        throws IOException {
      synchronized (MemoryMachine.this) {
        Request request = new Request(call, path, disk.medium, part.start + offset, length, data);
        if (closed) {
          throw request.failure(Errno.EBADF);
        }
        fault.before(request);
        T result = work.on(disk.medium);
        fault.after(request);
        return result;
      }
    }

    private <T> T call(Call call, Work<T> work) throws IOException {
      return call(call, 0, 0, null, work);
    }

    private <T> T transfer(
        Call call, long offset, long length, byte @Nullable [] data, Work<T> work)
        throws IOException {
      Bounds.check(this, offset, length);
      boolean writes = call != Call.READ;
      if (writes && !writable) {
        throw new KernelException(call.name(), path, Errno.EBADF);
      }
      return call(call, offset, length, data, work);
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public DeviceNumber number() {
      return disk.number(part);
    }

    @Override
    public long sizeBytes() {
      return part.length;
    }

    @Override
    public int sectorSize() {
      return disk.medium.sectorSize();
    }

    @Override
    public byte[] read(long offset, int length) throws IOException {
      return transfer(
          Call.READ, offset, length, null, medium -> medium.read(part.start + offset, length));
    }

    @Override
    public long firstData(long offset, long length) throws IOException {
      return transfer(
          Call.READ,
          offset,
          length,
          null,
          medium -> medium.firstData(part.start + offset, length) - part.start);
    }

    @Override
    public void write(long offset, byte[] data) throws IOException {
      transfer(
          Call.WRITE,
          offset,
          data.length,
          data,
          medium -> {
            medium.write(part.start + offset, data);
            return medium;
          });
    }

    @Override
    public void zero(long offset, long length) throws IOException {
      transfer(
          Call.ZERO,
          offset,
          length,
          null,
          medium -> {
            medium.zero(part.start + offset, length);
            return medium;
          });
    }

    @Override
    public void discard(long offset, long length) throws IOException {
      transfer(
          Call.DISCARD,
          offset,
          length,
          null,
          medium -> {
            medium.discard(part.start + offset, length);
            return medium;
          });
    }

    @Override
    public void flush() throws IOException {
      call(
          Call.FLUSH,
          medium -> {
            medium.flush();
            return medium;
          });
    }

    @Override
    public long diskSequence() throws IOException {
      return call(Call.SEQUENCE, medium -> disk.sequence());
    }

    @Override
    public Optional<LoopBacking> loopBacking() {
      return Optional.empty();
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public void addPartition(int number, long startBytes, long lengthBytes) throws IOException {
      Part added = new Part(number, startBytes, lengthBytes);
      call(
          Call.ADD_PARTITION,
          medium -> {
            if (disk.partitions.containsKey(number)
                || disk.partitions.values().stream().anyMatch(added::overlaps)) {
              throw new KernelException("BLKPG", path, Errno.EBUSY);
            }
            disk.partitions.put(number, added);
            return added;
          });
    }

    @Override
    public void deletePartition(int number) throws IOException {
      call(
          Call.DELETE_PARTITION,
          medium -> {
            Part known = disk.partitions.get(number);
            if (known == null) {
              throw new KernelException("BLKPG", path, Errno.ENXIO);
            }
            if (open.stream()
                .anyMatch(other -> other.disk == disk && other.part.number == number)) {
              throw new KernelException("BLKPG", path, Errno.EBUSY);
            }
            disk.partitions.remove(number);
            return known;
          });
    }

    @Override
    public void resizePartition(int number, long startBytes, long lengthBytes) throws IOException {
      Part resized = new Part(number, startBytes, lengthBytes);
      call(
          Call.RESIZE_PARTITION,
          medium -> {
            Part known = disk.partitions.get(number);
            if (known == null || known.start != startBytes) {
              throw new KernelException("BLKPG", path, Errno.EINVAL);
            }
            disk.partitions.put(number, resized);
            return resized;
          });
    }

    @Override
    public void lock() throws IOException {
      call(Call.LOCK, medium -> medium);
    }

    @Override
    public void close() {
      synchronized (MemoryMachine.this) {
        closed = true;
        open.remove(this);
      }
    }
  }
}
