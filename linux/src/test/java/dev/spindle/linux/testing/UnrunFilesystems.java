package dev.spindle.linux.testing;

import dev.spindle.linux.Checked;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.KernelTrials;
import dev.spindle.linux.NewFilesystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Says which filesystems there are, and runs no program for any. */
public class UnrunFilesystems implements Filesystems {
  private final Set<FilesystemType> available;
  private final KernelTrials trials = new KernelTrials();

  /** With the programs of these, as it says. */
  public UnrunFilesystems(Set<FilesystemType> available) {
    this.available = Set.copyOf(available);
  }

  @Override
  public Set<FilesystemType> available() {
    return available;
  }

  @Override
  public String missing(FilesystemType type) {
    return "no mkfs." + type.fsName();
  }

  @Override
  public KernelTrials trials() {
    return trials;
  }

  @Override
  public void make(NewFilesystem wanted, Path device, boolean force) throws IOException {
    throw new UnsupportedOperationException("mkfs of " + device);
  }

  @Override
  public Checked check(FilesystemType type, Path device) {
    throw new UnsupportedOperationException("check of " + device);
  }

  @Override
  public Checked preen(Path device) {
    throw new UnsupportedOperationException("repair of " + device);
  }
}
