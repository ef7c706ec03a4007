package dev.spindle.linux.jnr;

import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import dev.spindle.linux.Signatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.byref.PointerByReference;
import org.jspecify.annotations.Nullable;

/** Probes with libblkid's safe probe. */
final class JnrSignatures implements Signatures {
  // libblkid/src/blkid.h.in
  private static final int BLKID_SUBLKS_LABEL = 1 << 1;
  private static final int BLKID_SUBLKS_UUID = 1 << 3;
  private static final int BLKID_SUBLKS_TYPE = 1 << 5;
  private static final int BLKID_SUBLKS_USAGE = 1 << 7;
  // Superblocks with a bad checksum count too: damaged is not blank.
  private static final int BLKID_SUBLKS_BADCSUM = 1 << 10;
  // Looks for a GPT also where the protective MBR is gone.
  private static final int BLKID_PARTS_FORCE_GPT = 1 << 1;

  // libblkid/src/blkid.h.in, BLKID_PROBE_OK, _NONE and _AMBIGUOUS
  private static final int OK = 0;
  private static final int NONE = 1;
  private static final int AMBIGUOUS = -2;

  @Override
  public Probe probe(BlockDevice device) throws IOException {
    if (!(device instanceof JnrBlockDevice open)) {
      throw new IllegalArgumentException("not opened here: " + device.path());
    }
    SystemCalls calls = Libraries.systemCalls();
    int descriptor = open.openAgain();
    try {
      calls.dropCleanCache(descriptor, device.path());
      return probe(descriptor, device.path());
    } finally {
      calls.close(descriptor, device.path());
    }
  }

  private static Probe probe(int descriptor, String path) throws KernelException {
    LibBlkid blkid = Libraries.blkid();
    Pointer probe = blkid.blkid_new_probe();
    if (probe == null) {
      throw new KernelException("blkid_new_probe", path, Errno.ENOMEM);
    }
    try {
      // A size of 0 means all of the device.
      require(
          "blkid_probe_set_device", path, blkid.blkid_probe_set_device(probe, descriptor, 0, 0));
      prepare(blkid, probe, path);
      int answer = blkid.blkid_do_safeprobe(probe);
      return switch (answer) {
        case OK -> found(blkid, probe);
        case NONE -> new Probe.Nothing();
        case AMBIGUOUS -> new Probe.Ambiguous();
        default -> throw failure("blkid_do_safeprobe", path, answer);
      };
    } finally {
      blkid.blkid_free_probe(probe);
    }
  }

  private static void prepare(LibBlkid blkid, Pointer probe, String path) throws KernelException {
    require("blkid_probe_enable_superblocks", path, blkid.blkid_probe_enable_superblocks(probe, 1));
    require(
        "blkid_probe_set_superblocks_flags",
        path,
        blkid.blkid_probe_set_superblocks_flags(
            probe,
            BLKID_SUBLKS_TYPE
                | BLKID_SUBLKS_UUID
                | BLKID_SUBLKS_LABEL
                | BLKID_SUBLKS_USAGE
                | BLKID_SUBLKS_BADCSUM));
    require("blkid_probe_enable_partitions", path, blkid.blkid_probe_enable_partitions(probe, 1));
    require(
        "blkid_probe_set_partitions_flags",
        path,
        blkid.blkid_probe_set_partitions_flags(probe, BLKID_PARTS_FORCE_GPT));
  }

  private static Probe found(LibBlkid blkid, Pointer probe) {
    List<Signature> signatures = new ArrayList<>();
    String type = value(blkid, probe, "TYPE");
    if (type != null) {
      signatures.add(
          new Signature(
              Signature.Kind.SUPERBLOCK,
              type,
              value(blkid, probe, "UUID"),
              value(blkid, probe, "LABEL")));
    }
    String table = value(blkid, probe, "PTTYPE");
    if (table != null) {
      signatures.add(
          new Signature(
              Signature.Kind.PARTITION_TABLE, table, value(blkid, probe, "PTUUID"), null));
    }
    // Something answered and would not say what it is: that is not nothing.
    return signatures.isEmpty() ? new Probe.Ambiguous() : new Probe.Found(signatures);
  }

  private static @Nullable String value(LibBlkid blkid, Pointer probe, String name) {
    PointerByReference data = new PointerByReference();
    if (blkid.blkid_probe_lookup_value(probe, name, data, null) != 0) {
      return null;
    }
    Pointer text = data.getValue();
    return text == null ? null : text.getString(0);
  }

  private static void require(String operation, String path, int answer) throws KernelException {
    if (answer < 0) {
      throw failure(operation, path, answer);
    }
  }

  /** The chains answer -1 with errno set, or a negative errno. */
  private static KernelException failure(String operation, String path, int answer) {
    int saved = Libraries.runtime().getLastError();
    int errno = answer < AMBIGUOUS ? -answer : saved;
    return new KernelException(operation, path, errno <= 0 ? Errno.EIO : Errno.of(errno));
  }
}
