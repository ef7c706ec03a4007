package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CreateVolumeRequest;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The way of mkfsOptions from the StorageClass to the filesystem. */
@RequireRoot
final class MkfsOptionsOfAClassTest {
  @RegisterExtension final LoopDisks loops = new LoopDisks();

  @Test
  void theyReachTheFilesystemAndArePartOfWhatWasAskedFor() throws IOException {
    try (LiveDriver driver = new LiveDriver(loops)) {
      driver.disk(64);
      driver.start();
      Volume wanted =
          new Volume(
              "data", "", false, driver.folder("staging"), driver.folder("pod").resolve("target"));
      CreateVolumeRequest request =
          wanted.create().putParameters("mkfsOptions", "-b 1024 -i 8192").build();
      Volume volume =
          wanted.withId(
              driver
                  .call(() -> driver.controller().createVolume(request))
                  .getVolume()
                  .getVolumeId());

      assertThat(driver.status(() -> driver.node().nodeStageVolume(volume.stage().build())))
          .isEqualTo(Status.OK);

      assertThat(Files.getFileStore(volume.staging()).getBlockSize()).isEqualTo(1024);
      assertThat(driver.status(() -> driver.controller().createVolume(request)))
          .isEqualTo(Status.OK);
      assertThat(
              driver
                  .status(() -> driver.controller().createVolume(wanted.create().build()))
                  .getCode())
          .isEqualTo(Status.Code.ALREADY_EXISTS);
      assertThat(driver.status(() -> driver.node().nodeUnstageVolume(volume.unstage())))
          .isEqualTo(Status.OK);
    }
  }
}
