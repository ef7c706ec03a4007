package dev.spindle.linux.jnr;

import static org.assertj.core.api.Assertions.assertThat;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;

class StructSizesTest {
  @Test
  void theSizesAreThoseOfTheCompiler() {
    assertThat(BlkpgArgument.ARGUMENT_SIZE).isEqualTo(24);
    assertThat(BlkpgArgument.PARTITION_SIZE).isEqualTo(152);
    assertThat(StatfsBuffer.SIZE).isEqualTo(120);
  }

  @Test
  void theArgumentOfBlkpgIsLaidOutAsTheHeaderSays() {
    int size = BlkpgArgument.ARGUMENT_SIZE + BlkpgArgument.PARTITION_SIZE;
    Pointer memory = Memory.allocateDirect(Libraries.runtime(), size, true);
    BlkpgArgument.fill(memory, BlkpgArgument.RESIZE, 7, 1 << 20, 1L << 40);
    assertThat(memory.getInt(0)).isEqualTo(3);
    assertThat(memory.getInt(4)).isZero();
    assertThat(memory.getInt(8)).isEqualTo(152);
    assertThat(memory.getAddress(16)).isEqualTo(memory.address() + 24);
    assertThat(memory.getLongLong(24)).isEqualTo(1 << 20);
    assertThat(memory.getLongLong(32)).isEqualTo(1L << 40);
    assertThat(memory.getInt(40)).isEqualTo(7);
  }
}
