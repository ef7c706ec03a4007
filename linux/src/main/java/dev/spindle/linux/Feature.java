package dev.spindle.linux;

import java.util.List;

/**
 * A feature that an mkfs may give a filesystem unasked and a kernel may be too old to mount.
 *
 * @param name as mkfs and the kernel's log spell it
 * @param without the arguments of mkfs that leave it out; an mkfs that is too old to know the
 *     feature refuses them
 */
public record Feature(String name, List<String> without) {
  /**
   * The features of a filesystem that can be left out, those first that the kernel learned last: a
   * kernel that does not know one knows none of those before it. Older ones are in every kernel
   * that this driver runs on (5.15), or were brought back to the distributions' kernels by then.
   */
  public static List<Feature> newestFirst(FilesystemType type) {
    return switch (type) {
      // Linux 5.15 and 4.4 (fs/ext4/ext4.h; mke2fs makes them since 1.47.0).
      case EXT4 ->
          List.of(
              new Feature("orphan_file", List.of("-O", "^orphan_file")),
              new Feature("metadata_csum_seed", List.of("-O", "^metadata_csum_seed")));
      // Linux 6.10, 6.10 and 5.19 (fs/xfs/libxfs/xfs_format.h).
      case XFS ->
          List.of(
              new Feature("parent", List.of("-n", "parent=0")),
              new Feature("exchange", List.of("-i", "exchange=0")),
              new Feature("nrext64", List.of("-i", "nrext64=0")));
      // Linux 6.1 (include/uapi/linux/btrfs.h).
      case BTRFS -> List.of(new Feature("block-group-tree", List.of("-O", "^block-group-tree")));
    };
  }
}
