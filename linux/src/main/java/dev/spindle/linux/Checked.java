package dev.spindle.linux;

/**
 * What a program that checks filesystems said of one.
 *
 * @param command as {@code e2fsck -fn}, for messages
 * @param status its exit status, which each program defines for itself
 * @param said what it wrote, its errors first
 */
public record Checked(String command, int status, String said) {}
