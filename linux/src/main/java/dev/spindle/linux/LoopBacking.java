package dev.spindle.linux;

/**
 * The file below a loop device, as the kernel knows it (struct loop_info64 in
 * include/uapi/linux/loop.h): the number of the filesystem it lies on, and its inode there.
 */
public record LoopBacking(DeviceNumber filesystem, long inode) {}
