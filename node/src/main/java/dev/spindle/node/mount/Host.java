package dev.spindle.node.mount;

import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.MountTable;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.Signatures;
import dev.spindle.linux.sysfs.SysBlock;

/** What this node's kernel and programs do for mounting. */
public record Host(
    Mounts mounts,
    MountTable table,
    BlockDevices devices,
    Signatures signatures,
    Filesystems filesystems,
    SysBlock sysBlock) {}
