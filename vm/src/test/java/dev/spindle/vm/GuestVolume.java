package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Volume;
import dev.spindle.sanity.CsiClient;
import dev.spindle.sanity.Patience;
import dev.spindle.sanity.Wish;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A volume that somebody in the guest uses, with kubelet's paths for it, and what that one has
 * written to it.
 */
final class GuestVolume {
  private final Guest guest;
  private final Wish wish;
  private @Nullable Volume volume;
  private String written = "";

  GuestVolume(Guest guest, Wish wish) {
    this.guest = guest;
    this.wish = wish;
  }

  /** The same volume and what is known of it, in a guest that was started anew. */
  GuestVolume in(Guest other) {
    GuestVolume same = new GuestVolume(other, wish);
    same.volume = volume;
    same.written = written;
    return same;
  }

  String id() {
    if (volume == null) {
      throw new IllegalStateException(wish + " was never made");
    }
    return volume.getVolumeId();
  }

  Wish wish() {
    return wish;
  }

  boolean created() {
    return volume != null;
  }

  Path staging() {
    return Path.of("/run/kubelet", wish.name(), "staging");
  }

  Path target() {
    return Path.of("/run/kubelet", wish.name(), "target");
  }

  void create(CsiClient driver) throws InterruptedException {
    volume = Patience.FOR_ROOM.call(() -> driver.create(wish));
  }

  /** Stages and publishes it. */
  void use(CsiClient driver) throws IOException, InterruptedException {
    guest.run("mkdir -p " + staging());
    Patience.USUAL.call(() -> driver.stage(id(), wish, staging()));
    Patience.USUAL.call(() -> driver.publish(id(), wish, staging(), target(), false));
  }

  void stage(CsiClient driver) throws IOException, InterruptedException {
    guest.run("mkdir -p " + staging());
    Patience.USUAL.call(() -> driver.stage(id(), wish, staging()));
  }

  /** Whether nothing of it is mounted any more. */
  void assertUnmounted() throws IOException, InterruptedException {
    assertThat(guest.run("grep " + staging().getParent() + " /proc/self/mountinfo; true"))
        .isEmpty();
  }

  /** Unpublishes and unstages it. */
  void leave(CsiClient driver) throws InterruptedException {
    Patience.USUAL.call(() -> driver.unpublish(id(), target()));
    Patience.USUAL.call(() -> driver.unstage(id(), staging()));
  }

  void delete(CsiClient driver) throws InterruptedException {
    Patience.USUAL.call(() -> driver.delete(id()));
  }

  private String data() {
    return wish.block() ? target().toString() : target() + "/data";
  }

  /** Writes some MiB of noise, down to the disk, and remembers their sum. */
  void write() throws IOException, InterruptedException {
    guest.run(
        "dd if=/dev/urandom of=%s bs=1M count=3 conv=fsync,notrunc status=none".formatted(data()));
    written = sum();
    assertThat(written).hasSize(64);
  }

  /** Reads them back from the disk. */
  void verify() throws IOException, InterruptedException {
    assertThat(sum()).as("what was written to %s is there", wish).isEqualTo(written);
  }

  private String sum() throws IOException, InterruptedException {
    return guest.run(
        "dd if=%s bs=1M count=3 iflag=direct status=none | sha256sum | cut -d ' ' -f 1"
            .formatted(data()));
  }
}
