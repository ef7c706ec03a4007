package dev.spindle.disks.claim;

import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.linux.FilesystemType;
import org.jspecify.annotations.Nullable;

/**
 * What a disk must be like to serve a volume. A filesystem of null is a Block volume, or none
 * decided yet.
 */
public record Demand(
    SizeRange range, @Nullable FilesystemType filesystem, ClassParameters parameters) {}
