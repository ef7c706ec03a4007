package dev.spindle.node.mount;

import dev.spindle.disks.claim.Found;
import dev.spindle.linux.sysfs.SysPartition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The volume that is to be unmounted somewhere; it need not be known any more.
 *
 * @param uuid null for an id that this driver cannot have made
 * @param partition the volume's partition; null if it cannot be told
 */
record Subject(
    String volumeId, @Nullable UUID uuid, Found found, @Nullable SysPartition partition) {}
