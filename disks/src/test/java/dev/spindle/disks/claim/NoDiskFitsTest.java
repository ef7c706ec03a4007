package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.Geometry;
import dev.spindle.linux.testing.MemoryDisk;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a volume is told for which there is no disk. */
class NoDiskFitsTest {
  @Test
  void theDisksThatAPersonNamedComeBeforeAllOthersForWhichThereMayBeNoRoom() throws IOException {
    MemoryDisk broken = new MemoryDisk(Geometry.SMALLEST_DISK_BYTES, 512);
    broken.failReading(0);
    Lab lab = new Lab(broken);
    lab.machine.add("hda", broken);
    MemoryPool pool = lab.start().look();
    assertThatThrownBy(() -> pool.provision(MemoryPool.block("pvc-1", Map.of())))
        .hasMessageFindingMatch("disk=sda.*disk=hda");
  }
}
