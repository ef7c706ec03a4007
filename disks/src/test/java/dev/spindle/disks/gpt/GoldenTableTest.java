package dev.spindle.disks.gpt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Geometry;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Tables compared with bytes that another program made from the specification; {@code sgdisk -v}
 * and {@code sfdisk --verify} find no fault with them.
 */
class GoldenTableTest {
  private static final UUID DISK = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");

  private static final String MBR_512 =
      "00000200eeffffff01000000ff3f0000000000000000000000000000000000000000000000000000"
          + "00000000000000000000000000000000000000000000000055aa";
  private static final String HEADER_512 =
      "4546492050415254000001005c000000fe607912000000000100000000000000ff3f000000000000"
          + "2200000000000000de3f00000000000067452301ab89de4c8f0123456789abcd0200000000000000"
          + "800000008000000083be92b5";
  private static final String ENTRIES_512 =
      "ba741344dead594b99bbeaf1d54820c172aed9b7ff27b53281d75cd3103fc5f80008000000000000"
          + "ff0f00000000000000000000000000807300700069006e0064006c00650020007200650063006f00"
          + "72006400000000000000000000000000000000000000000000000000000000000000000000000000"
          + "0000000000000000c1134aebdd66cf4aa5f08d42dbeafe71403d524ca9215735abe8ca0667de06e0"
          + "0010000000000000ff2f00000000000000000000000000807300700069006e0064006c0065002000"
          + "76006f006c0075006d00650000000000000000000000000000000000000000000000000000000000"
          + "00000000000000000000000000000000";
  private static final String BACKUP_512 =
      "4546492050415254000001005c000000cb754ca600000000ff3f0000000000000100000000000000"
          + "2200000000000000de3f00000000000067452301ab89de4c8f0123456789abcddf3f000000000000"
          + "800000008000000083be92b5";

  private static final String MBR_4096 =
      "00000200eeffffff01000000ff070000000000000000000000000000000000000000000000000000"
          + "00000000000000000000000000000000000000000000000055aa";
  private static final String HEADER_4096 =
      "4546492050415254000001005c00000010f8e12c000000000100000000000000ff07000000000000"
          + "0600000000000000fa0700000000000067452301ab89de4c8f0123456789abcd0200000000000000"
          + "8000000080000000c0f41258";
  private static final String ENTRIES_4096 =
      "ba741344dead594b99bbeaf1d54820c172aed9b7ff27b53281d75cd3103fc5f80001000000000000"
          + "ff0100000000000000000000000000807300700069006e0064006c00650020007200650063006f00"
          + "72006400000000000000000000000000000000000000000000000000000000000000000000000000"
          + "0000000000000000c1134aebdd66cf4aa5f08d42dbeafe71403d524ca9215735abe8ca0667de06e0"
          + "0002000000000000ff0500000000000000000000000000807300700069006e0064006c0065002000"
          + "76006f006c0075006d00650000000000000000000000000000000000000000000000000000000000"
          + "00000000000000000000000000000000";
  private static final String BACKUP_4096 =
      "4546492050415254000001005c000000496d82cb00000000ff070000000000000100000000000000"
          + "0600000000000000fa0700000000000067452301ab89de4c8f0123456789abcdfb07000000000000"
          + "8000000080000000c0f41258";

  @Test
  void aTableWith512ByteSectorsIsTheKnownGoodOne() {
    PartitionTable table = new PartitionTable(DISK, Geometry.of(512, 8 * Geometry.MIB));
    assertIs(table.protectiveMbr(), 0, 446, MBR_512);
    assertIs(table.primaryHeader(), 512, 0, HEADER_512);
    assertIs(table.primaryEntries(), 1024, 0, ENTRIES_512);
    assertIs(table.backupEntries(), (8 << 20) - 512 - 16384, 0, ENTRIES_512);
    assertIs(table.backupHeader(), (8 << 20) - 512, 0, BACKUP_512);
  }

  @Test
  void aTableWith4096ByteSectorsIsTheKnownGoodOne() {
    PartitionTable table = new PartitionTable(DISK, Geometry.of(4096, 8 * Geometry.MIB));
    assertIs(table.protectiveMbr(), 0, 446, MBR_4096);
    assertIs(table.primaryHeader(), 4096, 0, HEADER_4096);
    assertIs(table.primaryEntries(), 8192, 0, ENTRIES_4096);
    assertIs(table.backupEntries(), (8 << 20) - 4096 - 16384, 0, ENTRIES_4096);
    assertIs(table.backupHeader(), (8 << 20) - 4096, 0, BACKUP_4096);
  }

  /** The bytes given from an index on, zeroes elsewhere. */
  private static void assertIs(Area area, long offset, int from, String hex) {
    byte[] given = HexFormat.of().parseHex(hex);
    byte[] expected = new byte[area.bytes().length];
    System.arraycopy(given, 0, expected, from, given.length);
    assertThat(area.offset()).isEqualTo(offset);
    assertThat(Arrays.equals(area.bytes(), expected)).isTrue();
  }
}
