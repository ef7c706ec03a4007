package dev.spindle.driver.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.RequireRoot;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The whole driver, over its socket, on loop devices. */
@RequireRoot
final class DemoTest {
  @Test
  void twoVolumesLiveAndLeaveNothingBehind() throws Exception {
    StringWriter told = new StringWriter();
    Demo.run(new PrintWriter(told));
    assertThat(told.toString())
        .contains("CreateVolume", "NodeStageVolume", "NodePublishVolume", "DeleteVolume")
        .contains("ours, free")
        .contains("Done and cleaned up")
        .doesNotContain("left behind");
  }
}
