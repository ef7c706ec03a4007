package dev.spindle.sanity.gallery;

import dev.spindle.disks.eligibility.Reason.Code;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reason that a disk must be refused for.
 *
 * @param words what its sentence starts with, to the end of a word
 * @param otherwise what is right too, as versions of libblkid differ
 */
public record Finding(Code code, String words, @Nullable Finding otherwise) {
  Finding(Code code, String words) {
    this(code, words, null);
  }

  /** A filesystem, RAID member, container or swap space that libblkid has a name for. */
  static Finding superblock(String type) {
    return new Finding(Code.SIGNATURE, "found on it: " + type);
  }

  /** A partition table that libblkid has a name for. */
  static Finding table(String type) {
    return new Finding(Code.SIGNATURE, "a " + type + " partition table");
  }

  /** The protective MBR of a GPT that is gone, damaged, or made for another disk. */
  static Finding protectiveMbr() {
    return new Finding(
        Code.SIGNATURE, "the protective MBR of a GPT is on it, but no GPT that can be read");
  }

  /** Bytes that nothing recognises, somewhere. */
  static Finding data() {
    return new Finding(Code.DATA, "it has data at byte");
  }

  /** Bytes that nothing recognises, the first of them at a place that is known. */
  static Finding dataAt(long offset) {
    return new Finding(Code.DATA, "it has data at byte " + offset);
  }

  /** This, or another one where another version of libblkid looks. */
  Finding or(Finding other) {
    return new Finding(code, words, other);
  }

  /** The verdict over a disk with it: a disk that may be ours is frozen. */
  public String verdict() {
    return switch (code) {
      case NO_VALID_RECORD, PRIMARY_TABLE_BAD, FOREIGN_DATA, GEOMETRY_CHANGED -> "frozen";
      default -> "ineligible";
    };
  }

  /** Whether a reason of a listing is this one. */
  public boolean is(String word, String message) {
    boolean same =
        code.word().equals(word)
            && Pattern.compile(Pattern.quote(words) + "(\\W.*)?").matcher(message).matches();
    return same || (otherwise != null && otherwise.is(word, message));
  }

  @Override
  public String toString() {
    return code.word() + ": " + words + " ...";
  }
}
