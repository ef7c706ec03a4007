package dev.spindle.node.mount;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * A volume operation that was not done, or was undone.
 *
 * @param why sentences for people: what stands in the way, on which disk or path, and what helps;
 *     never a mount option's value (CSI spec, VolumeCapability.MountVolume.mount_flags, may be
 *     sensitive)
 */
public record Refused(Kind kind, String why) implements Outcome, Measured, Expanded {
  /** What sort of trouble it is, which decides what the caller does next. */
  public enum Kind {
    /** The request cannot be meant. */
    BAD_REQUEST,
    /** There is no such volume here, or not at that path. */
    UNKNOWN,
    /** Done already, but differently. */
    CONFLICT,
    /** The volume, or what is at the path, does not allow it. */
    UNFIT,
    /** The disk does not allow the size that is asked for. */
    OUT_OF_RANGE,
    /** It could not be told or tried now; nothing is known to be wrong for good. */
    NOT_NOW,
    /** The machine failed, and nothing of the attempt is left. */
    FAILED,
    /** It failed half-way, and undoing it failed too. */
    HALF_DONE
  }

  static Refused badRequest(String why) {
    return new Refused(Kind.BAD_REQUEST, why);
  }

  static Refused unknown(String why) {
    return new Refused(Kind.UNKNOWN, why);
  }

  static Refused notThere(String volumeId, Path path) {
    return unknown("volume " + volumeId + " is not at volume_path " + path);
  }

  static Refused outOfRange(String why) {
    return new Refused(Kind.OUT_OF_RANGE, why);
  }

  static Refused conflict(String why) {
    return new Refused(Kind.CONFLICT, why);
  }

  static Refused unfit(String why) {
    return new Refused(Kind.UNFIT, why);
  }

  static Refused notNow(String why) {
    return new Refused(Kind.NOT_NOW, why);
  }

  /** Not now, because of an error that may pass: {@code doing} as "volume x cannot be staged". */
  static Refused notNow(String doing, IOException failure) {
    return notNow(doing + " now: " + words(failure));
  }

  /** An error in words. Some say no more than the path. */
  static String words(IOException failure) {
    String message = failure.getMessage();
    boolean bare = failure instanceof FileSystemException file && file.getReason() == null;
    return message == null || bare ? failure.toString() : message;
  }

  static Refused failed(String why) {
    return new Refused(Kind.FAILED, why);
  }

  static Refused halfDone(String why) {
    return new Refused(Kind.HALF_DONE, why);
  }
}
