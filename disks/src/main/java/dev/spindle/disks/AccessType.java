package dev.spindle.disks;

/** What a pod gets of a volume (CSI spec, VolumeCapability.access_type). */
public enum AccessType {
  FILESYSTEM,
  BLOCK
}
