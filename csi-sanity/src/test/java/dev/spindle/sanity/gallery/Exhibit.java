package dev.spindle.sanity.gallery;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk that must be refused.
 *
 * @param name what is on it, in words
 * @param bytes its size
 * @param sectorSize of its logical sectors, bytes
 * @param finding the reason for which it must be refused
 * @param maker who makes what is on it
 */
public record Exhibit(String name, long bytes, int sectorSize, Finding finding, Maker maker) {
  static final long MIB = 1L << 20;

  /** The first and last 16 MiB do not touch, and every byte between them is in a sample. */
  static final long USUAL_BYTES = 36 * MIB;

  /** On a disk of the usual size with sectors of 512 bytes. */
  static Exhibit of(String name, Finding finding, Maker maker) {
    return new Exhibit(name, USUAL_BYTES, 512, finding, maker);
  }

  /** Written byte by byte, on a disk of the usual size with sectors of 512 bytes. */
  static Exhibit written(String name, Finding finding, Canvas.Writing writing) {
    return of(name, finding, node -> Canvas.on(node, writing));
  }

  Exhibit named(String other) {
    return new Exhibit(other, bytes, sectorSize, finding, maker);
  }

  Exhibit sized(long other) {
    return new Exhibit(name, other, sectorSize, finding, maker);
  }

  Exhibit withSectors(int other) {
    return new Exhibit(name, bytes, other, finding, maker);
  }

  /** The same on a disk with sectors of 4096 bytes. */
  Exhibit withLargeSectors() {
    return named(name + ", on sectors of 4096").withSectors(4096);
  }

  Exhibit found(Finding other) {
    return new Exhibit(name, bytes, sectorSize, other, maker);
  }

  /** With something done to it afterwards. */
  Exhibit after(Maker next) {
    return new Exhibit(name, bytes, sectorSize, finding, maker.then(next));
  }

  /** With something written over it afterwards. */
  Exhibit with(Canvas.Writing next) {
    return after(node -> Canvas.on(node, next));
  }

  /** Makes it on a blank disk of its size. */
  public void make(Path node) throws IOException {
    maker.make(node);
  }

  @Override
  public String toString() {
    return name;
  }
}
