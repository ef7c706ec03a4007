package dev.spindle.controller;

import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.Volume;
import dev.spindle.disks.DiskRecord;
import dev.spindle.rpc.Failure;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * One page of ListVolumes. The token is the UUID of the last volume of the page before: it means
 * the same after volumes have come and gone, and needs no memory here.
 *
 * @param after where the page before ended; empty for the first
 * @param size most entries; 0 for any number
 */
record Page(Optional<UUID> after, int size) {
  private static final Comparator<DiskRecord> ORDER =
      Comparator.comparing(record -> record.volume().volume());

  /** The page asked for. A token that is none of ours is ABORTED (CSI spec, ListVolumes Errors). */
  static Page parse(ListVolumesRequest request) {
    if (request.getMaxEntries() < 0) {
      throw Failure.invalid("max_entries", "is negative");
    }
    String token = request.getStartingToken();
    return new Page(
        token.isEmpty() ? Optional.empty() : Optional.of(uuid(token)), request.getMaxEntries());
  }

  /** The page of these volumes. */
  ListVolumesResponse of(List<DiskRecord> volumes, Function<DiskRecord, Volume> toProto) {
    List<DiskRecord> rest = volumes.stream().filter(this::isAfter).sorted(ORDER).toList();
    List<DiskRecord> page = size == 0 || rest.size() <= size ? rest : rest.subList(0, size);
    ListVolumesResponse.Builder response = ListVolumesResponse.newBuilder();
    page.forEach(record -> response.addEntriesBuilder().setVolume(toProto.apply(record)));
    if (page.size() < rest.size()) {
      response.setNextToken(page.get(page.size() - 1).volume().volume().toString());
    }
    return response.build();
  }

  private boolean isAfter(DiskRecord record) {
    return after.isEmpty() || record.volume().volume().compareTo(after.get()) > 0;
  }

  private static UUID uuid(String token) {
    try {
      UUID uuid = UUID.fromString(token);
      if (uuid.toString().equals(token)) {
        return uuid;
      }
    } catch (IllegalArgumentException notOurs) {
      // The sentence below says it.
    }
    throw Failure.aborted("starting_token is none that this driver gave out; start from the first");
  }
}
