package dev.spindle.vm;

import dev.spindle.linux.testing.Proof;
import dev.spindle.sanity.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Disks and guests, for one test each with {@code @RegisterExtension Lab lab}, for a class of tests
 * with a static field. Afterwards, whether the test failed or not, no guest runs and no file of
 * theirs is left but their logs, below {@code vm/target/guests}.
 */
final class Lab implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  static final long MIB = 1 << 20;

  /** What a disk has, unless a test wants another size: room for every filesystem. */
  static final long DISK_BYTES = 324 * MIB;

  static final long VOLUME_BYTES = DISK_BYTES - 4 * MIB;

  /** A disk that is quick to erase and takes ext4 alone. */
  static final long SMALL_DISK_BYTES = 68 * MIB;

  static final long SMALL_VOLUME_BYTES = SMALL_DISK_BYTES - 4 * MIB;

  private final List<Guest> guests = new ArrayList<>();
  private @Nullable Path home;
  private boolean perClass;

  /** A new disk of zeroes. */
  VirtualDisk disk(String name, Bus bus) throws IOException {
    return disk(name, bus, DISK_BYTES);
  }

  VirtualDisk disk(String name, Bus bus, long bytes) throws IOException {
    return VirtualDisk.blank(home(), name, bus, bytes);
  }

  /** Starts a guest. The one before must have ended if they share a disk. */
  Guest boot(List<VirtualDisk> disks) throws IOException, InterruptedException {
    Guest guest = Guest.boot(home(), disks);
    guests.add(guest);
    return guest;
  }

  /** Starts the driver over these disks, by the names that mean them. */
  GuestDriver serve(Guest guest, List<VirtualDisk> disks) throws IOException, InterruptedException {
    return GuestDriver.start(guest, disks.stream().map(VirtualDisk::link).toArray(String[]::new));
  }

  /** A volume that fills a usual disk. */
  static Wish wish(String name, String filesystem) {
    return new Wish(name, filesystem, VOLUME_BYTES);
  }

  private Path home() throws IOException {
    if (home == null) {
      home = Files.createTempDirectory("spindle-vm-");
    }
    return home;
  }

  /** Notes how many scenarios of a kind a class of tests has gone through. */
  static void count(String kind, int gone, int atLeast) throws IOException {
    Proof.count("guest scenarios, " + kind, gone, atLeast);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    perClass = true;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (!perClass) {
      clean();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    clean();
  }

  private void clean() throws IOException, InterruptedException {
    Collections.reverse(guests);
    for (Guest guest : guests) {
      guest.close();
    }
    guests.clear();
    if (home != null) {
      try (Stream<Path> files = Files.walk(home)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      home = null;
    }
  }
}
