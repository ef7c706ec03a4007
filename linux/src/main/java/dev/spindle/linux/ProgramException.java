package dev.spindle.linux;

import java.io.IOException;

/** An external program that failed, with its exit status and what it wrote to standard error. */
public final class ProgramException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String standardError;

  /** As in {@code new ProgramException("mkfs.ext4 /dev/sdb2", "exit status 1", "…")}. */
  public ProgramException(String command, String outcome, String standardError) {
    super(command + ": " + outcome + (standardError.isBlank() ? "" : ": " + standardError.strip()));
    this.standardError = standardError;
  }

  /** Whether what the program wrote to standard error holds a word. */
  public boolean says(String word) {
    return standardError.contains(word);
  }
}
