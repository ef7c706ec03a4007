package dev.spindle.sanity.gallery;

import static dev.spindle.sanity.gallery.Exhibit.MIB;
import static dev.spindle.sanity.gallery.Exhibit.USUAL_BYTES;
import static dev.spindle.sanity.gallery.Finding.data;
import static dev.spindle.sanity.gallery.Finding.dataAt;
import static dev.spindle.sanity.gallery.Tool.FILES;
import static dev.spindle.sanity.gallery.Tool.IMAGE;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Data that nothing recognises. */
final class PlainData {
  private static final Tool TAR = new Tool("tar", "tar");

  /** The first and the last MiB that are read whole. */
  private static final long ENDS = 16 * MIB;

  private PlainData() {}

  static List<Exhibit> all() {
    return Stream.of(strayBytes(), everywhere(), files(), images(), likeOurs())
        .flatMap(List::stream)
        .toList();
  }

  /** At either edge of each part that is looked at. */
  private static List<Exhibit> strayBytes() {
    long last = USUAL_BYTES - 1;
    List<Exhibit> exhibits =
        LongStream.of(
                0,
                5_000_000,
                ENDS - 1,
                ENDS,
                18 * MIB + 123,
                last - ENDS,
                last - ENDS + 1,
                last - 12_345,
                last)
            .mapToObj(PlainData::strayByte)
            .toList();
    return Stream.of(
            exhibits,
            List.of(strayByte(0).withLargeSectors(), strayByte(last).withLargeSectors()),
            List.of(
                strayByte(USUAL_BYTES + 511)
                    .named("one byte, the last of a disk of an odd size")
                    .sized(USUAL_BYTES + 512)))
        .flatMap(List::stream)
        .toList();
  }

  private static Exhibit strayByte(long at) {
    return Exhibit.written("one byte at " + at, dataAt(at), disk -> disk.hex(at, "01"));
  }

  private static List<Exhibit> everywhere() {
    return List.of(
        Exhibit.written("nothing but 0xFF", dataAt(0), disk -> disk.fill(0, disk.size(), 0xFF)),
        Exhibit.written(
            "0xFF between the ends", dataAt(ENDS), disk -> disk.fill(ENDS, disk.end(ENDS), 0xFF)),
        Exhibit.written(
                "a bit in every 4096 bytes between the ends",
                data(),
                disk -> {
                  for (long at = ENDS; at < disk.end(ENDS); at += 4096) {
                    disk.hex(at + 4095, "80");
                  }
                })
            .sized(64 * MIB),
        Exhibit.written("a text", dataAt(0), disk -> disk.text(0, "To whom it may concern\n")));
  }

  private static List<Exhibit> files() {
    return List.of(
        Exhibit.of("a tar archive", dataAt(0), TAR.image("-cf", IMAGE, "-C", FILES, ".")),
        Exhibit.of(
            "a tar archive under gzip", dataAt(0), TAR.image("-czf", IMAGE, "-C", FILES, ".")),
        Exhibit.written(
            "a database of SQLite",
            dataAt(0),
            disk -> disk.text(0, "SQLite format 3\0").be16(16, 4096).hex(18, "0101004020")),
        Exhibit.written(
            "a tablespace of InnoDB",
            dataAt(3),
            disk -> {
              for (int page = 1; page < 64; page++) {
                disk.be32(page * 16384L + 4, page).be16(page * 16384L + 24, 17855);
              }
              disk.be32(0, 0x5a).be64(16, 12345).be16(24, 8);
            }),
        Exhibit.written(
            "a data file of Oracle, on a raw device",
            dataAt(1),
            disk -> disk.hex(0, "00a20000").le32(4, 0xffc00000L).text(28, "]\\[Z").le32(20, 8192)),
        Exhibit.written(
            "pages of PostgreSQL",
            dataAt(4),
            disk ->
                disk.le32(4, 0x2a).le16(12, 40).le16(14, 8000).le16(16, 8192).le16(18, 0x2004)));
  }

  private static List<Exhibit> images() {
    return List.of(
        Exhibit.written(
            "an image of QEMU (qcow2)",
            dataAt(0),
            disk -> disk.hex(0, "514649fb00000003").be32(20, 16)),
        Exhibit.written(
            "an image of Hyper-V (VHD), blank but for its footer",
            dataAt(USUAL_BYTES - 512),
            disk -> disk.text(disk.end(512), "conectix").be32(disk.end(504), 2)),
        Exhibit.written(
            "an image of Android's boot loader",
            dataAt(0),
            disk -> disk.text(0, "ANDROID!").le32(8, 8 << 20)),
        Exhibit.written(
            "an image of U-Boot", dataAt(0), disk -> disk.hex(0, "27051956").text(32, "Linux")),
        Exhibit.written(
            "a crash dump of Linux", dataAt(0), disk -> disk.text(0, "KDUMP   ").le32(8, 6)));
  }

  private static List<Exhibit> likeOurs() {
    return List.of(
        Exhibit.written(
            "the word SPINDLE where a record would be",
            dataAt(MIB),
            disk -> disk.text(MIB, "SPINDLE\0")),
        Exhibit.written(
            "what looks like a record, in both slots",
            dataAt(MIB),
            disk -> {
              for (long slot : new long[] {MIB, MIB + (512 << 10)}) {
                disk.text(slot, "SPINDLE\0").le32(slot + 8, 1).put(slot + 12, Noise.bytes(500));
              }
            }),
        Exhibit.written(
            "the word SPINDLE at the first byte",
            dataAt(0),
            disk -> disk.text(0, "SPINDLE\0").le32(8, 1)));
  }
}
