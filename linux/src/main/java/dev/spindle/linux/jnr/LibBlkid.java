package dev.spindle.linux.jnr;

import jnr.ffi.Pointer;
import jnr.ffi.byref.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libblkid that are used here (libblkid/src/blkid.h.in), unchecked. Public for JNR
 * alone, whose generated stubs are of another class loader.
 */
public interface LibBlkid {
  @Nullable Pointer blkid_new_probe();

  void blkid_free_probe(Pointer probe);

  int blkid_probe_set_device(Pointer probe, int descriptor, long offset, long size);

  int blkid_probe_enable_superblocks(Pointer probe, int enable);

  int blkid_probe_set_superblocks_flags(Pointer probe, int flags);

  int blkid_probe_enable_partitions(Pointer probe, int enable);

  int blkid_probe_set_partitions_flags(Pointer probe, int flags);

  int blkid_do_safeprobe(Pointer probe);

  /** Gives 0 and a string that lives as long as the probe, or -1. */
  int blkid_probe_lookup_value(
      Pointer probe, String name, PointerByReference data, @Nullable Pointer length);
}
