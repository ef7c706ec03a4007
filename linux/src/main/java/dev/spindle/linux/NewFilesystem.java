package dev.spindle.linux;

import java.util.List;
import java.util.UUID;

/**
 * A filesystem that is to be made.
 *
 * @param label for people, as {@link FilesystemType#label} cuts it
 * @param options as {@link MkfsOptions} let them through
 * @param without features that are left out; what the options ask for by name is not
 */
public record NewFilesystem(
    FilesystemType type, UUID uuid, String label, List<String> options, List<Feature> without) {
  /** Copies the lists. */
  public NewFilesystem {
    options = List.copyOf(options);
    without = List.copyOf(without);
  }

  /** The same, with other features left out. */
  public NewFilesystem without(List<Feature> features) {
    return new NewFilesystem(type, uuid, label, options, features);
  }
}
