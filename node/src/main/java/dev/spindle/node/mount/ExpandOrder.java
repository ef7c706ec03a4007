package dev.spindle.node.mount;

import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What NodeExpandVolume asks (CSI spec, NodeExpandVolume).
 *
 * @param path volume_path, where the volume is staged or published
 * @param wanted how large it is to be; any size means all that its disk has
 * @param use what the caller takes the volume for, where that is said
 */
public record ExpandOrder(String volumeId, Path path, SizeRange wanted, Optional<Wanted> use) {}
