package dev.spindle.controller;

import dev.spindle.rpc.Failure;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * One page of a list of volumes. The token is the UUID of the last volume of the page before: it
 * means the same after volumes have come and gone, and needs no memory here.
 *
 * @param after where the page before ended; empty for the first
 * @param size most entries; 0 for any number
 */
record Page(Optional<UUID> after, int size) {
  /** What is on a page, and the token of the next; empty if there is none. */
  record Cut<T>(List<T> entries, String nextToken) {}

  /** The page asked for. A token that is none of ours is ABORTED (CSI spec, ListVolumes Errors). */
  static Page parse(int maxEntries, String token) {
    if (maxEntries < 0) {
      throw Failure.invalid("max_entries", "is negative");
    }
    return new Page(token.isEmpty() ? Optional.empty() : Optional.of(uuid(token)), maxEntries);
  }

  /** The page of these, each of which is a volume or of one. */
  <T> Cut<T> of(List<T> all, Function<T, UUID> volume) {
    List<T> rest =
        all.stream()
            .filter(one -> after.isEmpty() || volume.apply(one).compareTo(after.get()) > 0)
            .sorted(Comparator.comparing(volume))
            .toList();
    if (size == 0 || rest.size() <= size) {
      return new Cut<>(rest, "");
    }
    return new Cut<>(rest.subList(0, size), volume.apply(rest.get(size - 1)).toString());
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
