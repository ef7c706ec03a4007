package dev.spindle.sanity;

import csi.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One volume, and the paths at which kubelet would have it: a staging directory, which it makes and
 * removes itself, and a target for each pod, whose parent it makes.
 */
final class Tenant {
  private final Wish wish;
  private final Path home;
  private @Nullable Volume volume;

  Tenant(Wish wish, Path home) throws IOException {
    this.wish = wish;
    this.home = Files.createDirectories(home.resolve(wish.name()));
    Files.createDirectories(staging());
  }

  Wish wish() {
    return wish;
  }

  Path staging() {
    return home.resolve("staging");
  }

  Path target(int pod) {
    return home.resolve("pod" + pod);
  }

  Volume volume() {
    if (volume == null) {
      throw new IllegalStateException(wish + " was never made");
    }
    return volume;
  }

  String id() {
    return volume().getVolumeId();
  }

  boolean created() {
    return volume != null;
  }

  Volume create(CsiClient driver) {
    Volume made = driver.create(wish);
    volume = made;
    return made;
  }

  Object delete(CsiClient driver) {
    return driver.delete(id());
  }

  Object stage(CsiClient driver) {
    return driver.stage(id(), wish, staging());
  }

  Object unstage(CsiClient driver) {
    return driver.unstage(id(), staging());
  }

  Object publish(CsiClient driver, int pod) {
    return driver.publish(id(), wish, staging(), target(pod), false);
  }

  Object publishReadOnly(CsiClient driver, int pod) {
    return driver.publish(id(), wish, staging(), target(pod), true);
  }

  Object unpublish(CsiClient driver, int pod) {
    return driver.unpublish(id(), target(pod));
  }

  /** Removes the directories, each of which must be empty by now, as kubelet's os.Remove does. */
  void leave() throws IOException {
    Files.deleteIfExists(staging());
    Files.delete(home);
  }
}
