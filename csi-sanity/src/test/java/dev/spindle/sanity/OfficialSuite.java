package dev.spindle.sanity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The official csi-sanity, of the version that the file VERSION pins. */
final class OfficialSuite {
  /** How the install script says that there is no Go. */
  private static final int NO_GO = 3;

  /** Many times what a run takes; a call that hangs would otherwise hold the build for an hour. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String BANNER =
      """

      ********************************************************************************
      **                                                                            **
      **   csi-sanity was NOT RUN: there is no Go on this machine to build it.      **
      **   Nothing in this build says that the driver conforms to CSI.              **
      **                                                                            **
      ********************************************************************************
      """;

  private final Path program;

  private OfficialSuite(Path program) {
    this.program = program;
  }

  /** The pinned version, as Go spells it. */
  static String version() throws IOException {
    return Files.readString(Checkout.module().resolve("VERSION")).strip();
  }

  /**
   * Builds the suite unless it is there. Where Go is missing the test is given up loudly; it fails
   * where the build is one that others rely on, which the environment variable CI tells.
   */
  static OfficialSuite installed() throws IOException, InterruptedException {
    Process install =
        new ProcessBuilder(Checkout.module().resolve("install").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(install.getInputStream().readAllBytes(), UTF_8).strip();
    int status = install.waitFor();
    if (status == NO_GO) {
      System.err.println(BANNER);
      if (System.getenv("CI") != null) {
        fail("csi-sanity was not run: Go is missing, and CI is set");
      }
      Assumptions.abort("csi-sanity was not run: Go is missing");
    }
    assertThat(status).as("exit status of csi-sanity/install").isZero();
    return new OfficialSuite(Path.of(printed));
  }

  /**
   * Runs every spec.
   *
   * @param scratch a directory in which nothing lies yet where the suite mounts
   * @param results where the report and the output stay
   */
  Report run(Path socket, TestedVolume volume, Path scratch, Path results)
      throws IOException, InterruptedException {
    Path report = results.resolve("report.xml");
    Path output = results.resolve("csi-sanity.log");
    Files.deleteIfExists(report);
    Process suite =
        new ProcessBuilder(
                program.toString(),
                "--csi.endpoint=" + socket,
                "--csi.mountdir=" + scratch.resolve("mount"),
                "--csi.stagingdir=" + scratch.resolve("staging"),
                "--csi.testvolumeaccesstype=" + volume.accessType(),
                "--csi.testvolumesize=" + volume.bytes(),
                // A disk does not grow while the suite runs; the size that it has is within reach.
                "--csi.testvolumeexpandsize=" + volume.bytes(),
                "--ginkgo.timeout=" + PATIENCE.toSeconds() + "s",
                "--ginkgo.no-color",
                "--ginkgo.junit-report=" + report)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = suite.waitFor(PATIENCE.plusMinutes(1).toSeconds(), TimeUnit.SECONDS);
    suite.destroyForcibly();
    assertThat(ended).as("csi-sanity ended by itself; its output: %s", output).isTrue();
    assertThat(report).as("the report of csi-sanity; its output: %s", output).exists();
    Report found = Report.read(report);
    assertThat(suite.exitValue() == 0)
        .as("the exit status of csi-sanity agrees with its report")
        .isEqualTo(found.failures().isEmpty());
    return found;
  }
}
