package dev.spindle.disks;

import static dev.spindle.disks.Geometry.ENTRIES_BYTES;
import static dev.spindle.disks.Geometry.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class GeometryTest {
  @Property
  void aDiskOfWholeMebibytesLosesFour(
      @ForAll @LongRange(min = 5, max = 1L << 34) long mebibytes,
      @ForAll("sectorSizes") int sectorSize) {
    Geometry geometry = Geometry.of(sectorSize, mebibytes * MIB);

    assertThat(geometry.volume()).isEqualTo(new Extent(2 * MIB, (mebibytes - 4) * MIB));
    assertThat(geometry.record()).isEqualTo(new Extent(MIB, MIB));
  }

  @Property
  void theVolumeEndsAtLeastOneMebibyteBeforeTheBackupTable(
      @ForAll @LongRange(min = Geometry.SMALLEST_DISK_BYTES, max = 1L << 54) long bytes,
      @ForAll("sectorSizes") int sectorSize) {
    assertRoomBeforeBackup(Geometry.of(sectorSize, bytes));
  }

  @Property
  void soItDoesOnDisksJustAroundTheEdge(
      @ForAll @LongRange(min = 6, max = 1L << 20) long mebibytes,
      @ForAll @LongRange(min = -16, max = 64) long units,
      @ForAll("sectorSizes") int sectorSize) {
    assertRoomBeforeBackup(Geometry.of(sectorSize, mebibytes * MIB + units * 512));
  }

  @Example
  void theSmallestDiskHasOneMebibyteForItsVolume() {
    for (int sectorSize : new int[] {512, 4096}) {
      assertThat(Geometry.of(sectorSize, Geometry.SMALLEST_DISK_BYTES).volume().lengthBytes())
          .isEqualTo(MIB);
      assertThatThrownBy(() -> Geometry.of(sectorSize, 4 * MIB))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Provide
  Arbitrary<Integer> sectorSizes() {
    return Arbitraries.of(512, 4096);
  }

  private static void assertRoomBeforeBackup(Geometry geometry) {
    int sector = geometry.sectorSize();
    long lastSector = geometry.diskBytes() / sector - 1;
    long backup = lastSector * sector - ENTRIES_BYTES;
    Extent volume = geometry.volume();
    assertThat(backup - volume.endBytes()).isBetween(MIB, 2 * MIB - 1);
    assertThat(volume.startBytes()).isEqualTo(geometry.record().endBytes());
    assertThat(volume.lengthBytes()).isPositive();
    assertThat(volume.lengthBytes() % MIB).isZero();
  }
}
