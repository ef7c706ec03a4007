package csi.v1;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.record.v1.RecordProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Numbers and types of both proto files stay what others, and disks, hold them to be. */
class WireTest {
  /** The field's name in CSI; beside `parameters` it does not compile in Java. */
  private static final String UPSTREAM = "mutable_parameters";

  /** Message to the name which that field has here instead. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "csi.v1.CreateVolumeRequest", "modifiable_parameters",
          "csi.v1.ValidateVolumeCapabilitiesRequest", "modifiable_parameters",
          "csi.v1.ValidateVolumeCapabilitiesResponse.Confirmed", "modifiable_parameters");

  private static final String RECORD =
      """
      enum AccessType 0 ACCESS_TYPE_UNKNOWN
      enum AccessType 1 FILESYSTEM
      enum AccessType 2 BLOCK
      enum Scrub.Method 0 METHOD_UNKNOWN
      enum Scrub.Method 1 ZERO
      enum Scrub.Method 2 DISCARD
      enum State 0 STATE_UNKNOWN
      enum State 1 FREE
      enum State 2 CLAIMED
      enum State 3 FORMATTING
      enum State 4 FORMATTED
      enum State 5 SCRUBBING
      field Claim 1 volume_uuid string singular
      field Claim 2 csi_name string singular
      field Claim 3 created_at google.protobuf.Timestamp singular
      field Claim 4 capacity_bytes uint64 singular
      field Claim 5 access_type AccessType singular
      field Claim 6 filesystem string singular
      field Claim 7 parameters Claim.ParametersEntry repeated
      field Claim 8 pvc_namespace string singular
      field Claim 9 pvc_name string singular
      field Claim 10 pv_name string singular
      field Claim.ParametersEntry 1 key string singular
      field Claim.ParametersEntry 2 value string singular
      field DiskRecord 1 driver_name string singular
      field DiskRecord 2 topology_value string singular
      field DiskRecord 3 disk_guid string singular
      field DiskRecord 4 sector_size uint32 singular
      field DiskRecord 5 disk_bytes uint64 singular
      field DiskRecord 6 record_extent Extent singular
      field DiskRecord 7 volume_extent Extent singular
      field DiskRecord 8 state State singular
      field DiskRecord 9 claim Claim singular
      field DiskRecord 10 scrub Scrub singular
      field DiskRecord 11 growth Growth singular
      field Extent 1 start_bytes uint64 singular
      field Extent 2 length_bytes uint64 singular
      field Growth 1 disk_bytes uint64 singular
      field Growth 2 volume_extent Extent singular
      field Scrub 1 method Scrub.Method singular
      field Scrub 2 bytes_done uint64 singular
      field Scrub 3 started_at google.protobuf.Timestamp singular
      field Scrub 4 updated_at google.protobuf.Timestamp singular
      field Scrub 5 last_error string singular
      """;

  @Test
  void everyRowOfTheTableIsInTheDescriptorAndNothingElse() throws IOException {
    List<String> expected = table().stream().map(WireTest::withOurName).sorted().toList();
    List<String> actual = DescriptorRows.of(CsiProto.getDescriptor()).stream().sorted().toList();

    assertThat(expected).hasSize(424);
    assertThat(actual).containsExactlyElementsOf(expected);
  }

  @Test
  void aFieldIsRenamedExactlyWhereItWouldCollideInJava() throws IOException {
    Map<String, Set<String>> fields =
        table().stream()
            .map(row -> row.split("\t"))
            .filter(columns -> columns[0].equals("field"))
            .collect(groupingBy(columns -> columns[1], mapping(columns -> columns[3], toSet())));

    assertThat(RENAMED).containsOnlyKeys(messagesWith(fields, UPSTREAM, "parameters"));
  }

  @Test
  void nothingThatIsOnDisksHasChangedItsNumberOrType() {
    List<String> actual =
        DescriptorRows.of(RecordProto.getDescriptor()).stream()
            .map(row -> row.replace("spindle.record.v1.", "").replace("\t-", "").replace('\t', ' '))
            .toList();

    assertThat(actual).containsExactlyInAnyOrderElementsOf(RECORD.lines().toList());
  }

  /** A row of the table as it reads in our file; the map's entry message is named by its field. */
  private static String withOurName(String row) {
    for (Map.Entry<String, String> renamed : RENAMED.entrySet()) {
      String message = renamed.getKey();
      row = row.replace(entry(message, UPSTREAM), entry(message, renamed.getValue()));
      if (row.startsWith("field\t" + message + "\t")) {
        row = row.replace("\t" + UPSTREAM + "\t", "\t" + renamed.getValue() + "\t");
      }
    }
    return row;
  }

  private static String entry(String message, String field) {
    var name = new StringBuilder(message).append('.');
    for (String word : field.split("_")) {
      name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return name.append("Entry").toString();
  }

  private static Set<String> messagesWith(Map<String, Set<String>> fields, String... wanted) {
    return fields.entrySet().stream()
        .filter(message -> message.getValue().containsAll(List.of(wanted)))
        .map(Map.Entry::getKey)
        .collect(toSet());
  }

  private static List<String> table() throws IOException {
    try (InputStream in = WireTest.class.getResourceAsStream("/csi-1.13-wire.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList();
    }
  }
}
