package dev.spindle.disks.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.ledger.Image;
import dev.spindle.linux.RawDisk;
import dev.spindle.linux.testing.ForwardingDisk;
import dev.spindle.linux.testing.MemoryDisk;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BlankCheckTest {
  private static final long SIZE = 40L << 20;

  @Test
  void aDiskThatEndsWithinASectorIsLookedAtUpToItsLastWholeOne() throws IOException {
    MemoryDisk disk = new MemoryDisk(SIZE, 4096);
    assertThat(look(disk)).isEqualTo(new Blankness.Blank());
    byte[] stray = new byte[4096];
    stray[4095] = 1;
    disk.write(SIZE - 4096, stray);
    assertThat(look(disk)).isEqualTo(new Blankness.Data(SIZE - 1));
  }

  private static Blankness look(MemoryDisk whole) throws IOException {
    RawDisk odd =
        new ForwardingDisk(whole) {
          @Override
          public long sizeBytes() {
            return SIZE + 512;
          }
        };
    return BlankCheck.look(odd, Image.NOTHING, new Pulse());
  }
}
