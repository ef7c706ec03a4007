package dev.spindle.linux;

import java.io.IOException;

/** An external program that failed, with its exit status and what it wrote to standard error. */
public final class ProgramException extends IOException {
  private static final long serialVersionUID = 1L;

  /** As in {@code new ProgramException("mkfs.ext4 /dev/sdb2", "exit status 1", "…")}. */
  public ProgramException(String command, String outcome, String standardError) {
    super(command + ": " + outcome + (standardError.isBlank() ? "" : ": " + standardError.strip()));
  }
}
