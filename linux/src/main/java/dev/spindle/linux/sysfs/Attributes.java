package dev.spindle.linux.sysfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of one directory of sysfs. A file that is absent reads as empty, 0 or false; one that
 * cannot be read, or does not hold what it should, is an exception.
 */
record Attributes(Path directory) {
  // A VPD page begins with device type, page code and two bytes of length (SPC-5, 7.7).
  private static final int VPD_HEADER = 4;

  String text(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8).strip();
  }

  /**
   * An attribute that the kernel shows on every device of a kind, but only some have: reading it
   * then fails (ENXIO, EINVAL), which is as good as absent.
   */
  String textIfAny(String name) throws IOException {
    try {
      return text(name);
    } catch (FileSystemException notOpened) {
      throw notOpened;
    } catch (IOException notRead) {
      return "";
    }
  }

  /** The first of these attributes that is not empty. */
  String firstText(String... names) throws IOException {
    for (String name : names) {
      String text = text(name);
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  long number(String name) throws IOException {
    String text = text(name);
    return text.isEmpty() ? 0 : parse(name, text);
  }

  /** A number that a device has once it is all there, and as long as it is. */
  long required(String name) throws IOException {
    String text = text(name);
    if (text.isEmpty()) {
      throw new NoSuchFileException(directory.resolve(name).toString());
    }
    return parse(name, text);
  }

  boolean flag(String name) throws IOException {
    return number(name) != 0;
  }

  /** The text of a page of a SCSI disk's vital product data, without its header and padding. */
  String vitalProductData(String name) throws IOException {
    byte[] page = bytes(name);
    if (page.length <= VPD_HEADER) {
      return "";
    }
    String text =
        new String(page, VPD_HEADER, page.length - VPD_HEADER, StandardCharsets.ISO_8859_1);
    return text.replace("\0", "").strip();
  }

  boolean has(String name) {
    return Files.exists(directory.resolve(name));
  }

  /** The names in a directory, as '!' for '/' undone; none if it is absent. */
  List<String> names(String name) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path entry : entries(directory.resolve(name))) {
      names.add(entry.getFileName().toString().replace('!', '/'));
    }
    return names;
  }

  /** What is in a directory, in no order; nothing if it is absent. */
  static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }

  private long parse(String name, String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(directory.resolve(name) + " is no number: " + text, e);
    }
  }

  private byte[] bytes(String name) throws IOException {
    try {
      return Files.readAllBytes(directory.resolve(name));
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }
}
