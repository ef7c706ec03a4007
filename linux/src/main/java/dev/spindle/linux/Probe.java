package dev.spindle.linux;

import java.util.List;

/**
 * What libblkid's safe probe made of a device (libblkid/src/probe.c, blkid_do_safeprobe). That it
 * could not look is not among the answers: it is an exception.
 */
public sealed interface Probe {
  /** It looked and recognised nothing. That is no proof of emptiness. */
  record Nothing() implements Probe {}

  /** It recognised at least one thing. */
  record Found(List<Signature> signatures) implements Probe {
    /** Copies the list. */
    public Found {
      signatures = List.copyOf(signatures);
    }
  }

  /** More than one superblock claims the device. */
  record Ambiguous() implements Probe {}
}
