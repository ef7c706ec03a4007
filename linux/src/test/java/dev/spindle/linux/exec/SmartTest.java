package dev.spindle.linux.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of smartctl's name that ends as smartctl(8) says it would. */
final class SmartTest {
  private static final Path DISK = Path.of("/dev/sdx");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void whereSmartctlIsNotThereNothingIsKnown() throws IOException {
    assertThat(new Smart(new Programs(List.of(folder))).failing(DISK)).isFalse();
  }

  @Test
  void onlyTheBitThatSaysFailingCounts() throws IOException {
    for (int status : new int[] {0, 1, 2, 4, 16, 32, 64, 128, 2 + 4 + 64}) {
      assertThat(ending(status).failing(DISK)).as("exit status %d", status).isFalse();
    }
    for (int status : new int[] {8, 8 + 64, 255}) {
      assertThat(ending(status).failing(DISK)).as("exit status %d", status).isTrue();
    }
  }

  @Test
  void theDiskIsAskedForItsHealthAndNotWoken() throws IOException {
    ending(0).failing(DISK);
    assertThat(folder.resolve("asked")).hasContent("--health --nocheck=standby /dev/sdx");
  }

  @Test
  void oneThatDoesNotEndIsNoAnswer() throws IOException {
    Smart smart = program("exec sleep 60");
    assertThatIOException()
        .isThrownBy(() -> smart.failing(DISK))
        .withMessageContaining("killed after 3 s");
  }

  private Smart ending(int status) throws IOException {
    return program("echo \"$@\" > " + folder.resolve("asked") + "; exit " + status);
  }

  private Smart program(String script) throws IOException {
    Path file = folder.resolve("smartctl");
    Files.writeString(file, "#!/bin/sh\nPATH=/bin:/usr/bin\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Smart(new Programs(List.of(folder)));
  }
}
