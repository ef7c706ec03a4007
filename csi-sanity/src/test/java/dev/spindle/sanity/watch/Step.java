package dev.spindle.sanity.watch;

/**
 * One call of the driver to the kernel or to a program.
 *
 * @param name what is done, as "write slot A"
 * @param path to which device or mount point
 * @param changes whether it changes a disk, a mount, or what the kernel lets others do
 */
public record Step(String name, String path, boolean changes) {
  @Override
  public String toString() {
    return name + " of " + path;
  }
}
