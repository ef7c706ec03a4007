package dev.spindle.node;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.Capacity;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.disks.claim.Found;
import dev.spindle.disks.claim.Grown;
import dev.spindle.disks.claim.OpenVolume;
import dev.spindle.disks.claim.Provisioned;
import dev.spindle.disks.claim.Released;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Claims of a node that holds no volume. */
final class NoVolumes implements Claims {
  boolean ready = true;
  long readyAfterMillis;

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Found find(VolumeId id) {
    return new Found.Missing();
  }

  @Override
  public List<DiskRecord> volumes() {
    return List.of();
  }

  @Override
  public Grown grow(UUID volume, SizeRange wanted) {
    throw new AssertionError("nothing to grow");
  }

  @Override
  public int maxVolumes() {
    return 7;
  }

  @Override
  public OpenVolume open(UUID volume) throws IOException {
    throw new IOException("there is no volume " + volume);
  }

  @Override
  public void letGo(UUID volume) {}

  @Override
  public Provisioned provision(VolumeSpec wanted) {
    throw new AssertionError("not the node's");
  }

  @Override
  public Released release(VolumeId id) {
    throw new AssertionError("not the node's");
  }

  @Override
  public Capacity capacity(ClassParameters parameters) {
    throw new AssertionError("not the node's");
  }
}
