package dev.spindle.linux;

import java.io.IOException;
import java.nio.file.Path;

/** Opens block devices. */
public interface BlockDevices {
  /**
   * Opens a device node.
   *
   * @throws KernelException with open(2)'s errno; ENOTBLK where the node is no block device
   */
  BlockDevice open(Path node, Access access) throws IOException;
}
