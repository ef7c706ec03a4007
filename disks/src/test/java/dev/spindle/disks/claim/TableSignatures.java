package dev.spindle.disks.claim;

import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.TableDecoder;
import dev.spindle.disks.gpt.TableReading;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import dev.spindle.linux.Signatures;
import java.io.IOException;
import java.util.List;

/**
 * Recognises GUID partition tables and nothing else, where libblkid knows a hundred things: so that
 * what keeps a disk from being taken is our own judgement.
 */
final class TableSignatures implements Signatures {
  private static final int ENOUGH = 32 << 10;

  @Override
  public Probe probe(BlockDevice device) throws IOException {
    int sector = device.sectorSize();
    long tail = device.sizeBytes() - ENOUGH;
    TableReading primary = TableDecoder.primary(new Area(0, device.read(0, ENOUGH)), sector);
    TableReading table =
        primary instanceof TableReading.Ours || primary instanceof TableReading.Foreign
            ? primary
            : TableDecoder.backup(new Area(tail, device.read(tail, ENOUGH)), sector);
    if (table instanceof TableReading.Ours ours) {
      return gpt(ours.table().diskGuid().toString());
    }
    return table instanceof TableReading.Foreign ? gpt("somebody's") : new Probe.Nothing();
  }

  private static Probe gpt(String uuid) {
    return new Probe.Found(
        List.of(new Signature(Signature.Kind.PARTITION_TABLE, "gpt", uuid, null)));
  }
}
