package dev.spindle.linux.jnr;

import dev.spindle.linux.Access;
import dev.spindle.linux.RawDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RawDiskContract;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequireRoot
class RawDiskOnLoop4096Test extends RawDiskContract {
  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @Override
  protected RawDisk disk() throws IOException {
    return new NativeLinux().blockDevices().open(disks.create(SIZE, 4096).node(), Access.EXCLUSIVE);
  }
}
