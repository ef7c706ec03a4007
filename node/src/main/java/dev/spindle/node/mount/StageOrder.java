package dev.spindle.node.mount;

import java.nio.file.Path;

/**
 * What NodeStageVolume asks (CSI spec, NodeStageVolume).
 *
 * @param path staging_target_path: absolute, a directory that the caller has made
 */
public record StageOrder(String volumeId, Path path, Wanted wanted) {}
