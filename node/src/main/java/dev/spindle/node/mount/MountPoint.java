package dev.spindle.node.mount;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Directories and files that volumes are mounted on. They are made and removed one at a time and
 * only ever empty, so that no mistake in a path can cost data.
 */
final class MountPoint {
  /** What is at a path, the path itself not followed. */
  enum Entry {
    MISSING("nothing"),
    EMPTY_DIRECTORY("an empty directory"),
    EMPTY_FILE("an empty file"),
    FULL_DIRECTORY("a directory that is not empty"),
    FULL_FILE("a file that is not empty"),
    SYMLINK("a symbolic link"),
    OTHER("neither a directory nor a plain file");

    private final String words;

    Entry(String words) {
      this.words = words;
    }

    /** For messages. */
    String words() {
      return words;
    }

    boolean directory() {
      return this == EMPTY_DIRECTORY || this == FULL_DIRECTORY;
    }
  }

  private MountPoint() {}

  /**
   * A path as the mount table spells it: symbolic links among its ancestors are followed (kubelet's
   * root directory often is one), its last name is not. Empty if its parent is not there, so that
   * nothing can be mounted there either.
   */
  static Optional<Path> real(Path path) throws IOException {
    Path parent = path.getParent();
    Path name = path.getFileName();
    if (parent == null || name == null) {
      return Optional.of(path);
    }
    try {
      return Optional.of(parent.toRealPath().resolve(name));
    } catch (NoSuchFileException | NotDirectoryException gone) {
      return Optional.empty();
    }
  }

  /** What is there. */
  static Entry look(Path path) throws IOException {
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException missing) {
      return Entry.MISSING;
    }
    if (found.isSymbolicLink()) {
      return Entry.SYMLINK;
    }
    if (found.isDirectory()) {
      return empty(path) ? Entry.EMPTY_DIRECTORY : Entry.FULL_DIRECTORY;
    }
    if (found.isRegularFile()) {
      return found.size() == 0 ? Entry.EMPTY_FILE : Entry.FULL_FILE;
    }
    return Entry.OTHER;
  }

  private static boolean empty(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    } catch (DirectoryIteratorException failure) {
      throw failure.getCause();
    }
  }

  /** Makes a directory to mount a filesystem on. */
  static void createDirectory(Path path) throws IOException {
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
  }

  /** Makes a file to bind a device node on. */
  static void createFile(Path path) throws IOException {
    Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
  }

  /**
   * Removes an empty directory or file; empty if it is gone now, else why it was left alone.
   * rmdir(2) itself refuses a directory that is not empty or is mounted on.
   */
  static Optional<String> remove(Path path) throws IOException {
    Entry entry = look(path);
    if (entry == Entry.MISSING) {
      return Optional.empty();
    }
    return entry == Entry.EMPTY_DIRECTORY || entry == Entry.EMPTY_FILE
        ? delete(path)
        : Optional.of(path + " is " + entry.words() + " and was left alone");
  }

  private static Optional<String> delete(Path path) throws IOException {
    try {
      Files.deleteIfExists(path);
      return Optional.empty();
    } catch (DirectoryNotEmptyException filled) {
      return Optional.of(path + " was filled meanwhile and was left alone");
    }
  }
}
