package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.linux.MountOptions;

/**
 * What a caller wants a volume to be (CSI spec, VolumeCapability).
 *
 * @param filesystem as "ext4"; empty for what the volume was created with, and for Block
 * @param options of the first mount of the filesystem
 */
public record Wanted(AccessType accessType, String filesystem, MountOptions options) {}
