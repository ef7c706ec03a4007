package dev.spindle.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

class LoopDisksPerClassTest {
  @RegisterExtension static final LoopDisks DISKS = new LoopDisks();

  @SuppressWarnings("NullAway.Init")
  private static LoopDisk disk;

  @BeforeAll
  static void create() throws IOException {
    disk = DISKS.create(1 << 20, 512);
  }

  @RepeatedTest(2)
  void aDiskOfAStaticFieldLivesAsLongAsTheClass() {
    assertThat(disk.attached()).isTrue();
    assertThat(disk.node()).exists();
  }
}
