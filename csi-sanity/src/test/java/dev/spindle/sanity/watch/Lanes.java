package dev.spindle.sanity.watch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which volume's life a path belongs to: one volume, its disks and its mount points are a lane, so
 * that the steps of volumes that live side by side can be told apart.
 */
record Lanes(Map<String, List<Path>> places) {
  /** Reads {@code name=path,path}, one for each lane. */
  static Lanes parse(List<String> words) {
    Map<String, List<Path>> places = new LinkedHashMap<>();
    for (String word : words) {
      String[] parts = word.split("=", 2);
      places.put(parts[0], List.of(parts[1].split(",")).stream().map(Path::of).toList());
    }
    return new Lanes(places);
  }

  Optional<String> of(Step step) {
    return places.entrySet().stream()
        .filter(lane -> lane.getValue().stream().anyMatch(place -> leads(place, step.path())))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** A place itself, what is in it, and a disk's partitions. */
  private static boolean leads(Path place, String path) {
    return Path.of(path).startsWith(place) || path.matches(place + "p[0-9]+");
  }
}
