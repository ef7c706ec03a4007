package dev.spindle.sanity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.driver.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is deployed agrees with itself, and with the driver. */
class ManifestsTest {
  private static final Path KUBERNETES = Checkout.deploy().resolve("kubernetes");

  /** The driver's name where none is given, and the manifests give none. */
  private static final String DRIVER = Settings.DEFAULT_DRIVER_NAME;

  private static final String PLUGIN_DIRECTORY = "/var/lib/kubelet/plugins/" + DRIVER;

  private Manifests manifests = new Manifests(List.of());
  private Tree pod = new Tree(null);

  @BeforeEach
  void read() throws IOException {
    manifests = Manifests.in(KUBERNETES);
    pod = manifests.one("DaemonSet").at("spec", "template", "spec");
  }

  @Test
  void everyFileParsesAndEveryDocumentSaysWhatItIs() throws IOException {
    assertThat(Manifests.in(Checkout.deploy()).documents())
        .isNotEmpty()
        .allSatisfy(
            document -> {
              assertThat(document.at("apiVersion").value()).isInstanceOf(String.class);
              assertThat(document.at("kind").value()).isInstanceOf(String.class);
            });
  }

  @Test
  void kustomizationAppliesEveryManifest() throws IOException {
    assertThat(manifests.one("Kustomization").at("resources").texts())
        .containsExactlyInAnyOrderElementsOf(
            Manifests.files(KUBERNETES)
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.equals("kustomization.yaml"))
                .toList());
  }

  @Test
  void csiDriverIsWhatTheDriverNeeds() {
    assertThat(manifests.one("CSIDriver").at("spec").value())
        .isEqualTo(
            Map.of(
                "attachRequired", false,
                "storageCapacity", true,
                "fsGroupPolicy", "File",
                "seLinuxMount", true,
                "podInfoOnMount", false,
                "volumeLifecycleModes", List.of("Persistent"),
                "nodeAllocatableUpdatePeriodSeconds", 60));
  }

  @Test
  void theDriversNameIsTheSameEverywhere() {
    assertThat(manifests.one("CSIDriver").at("metadata", "name").text()).isEqualTo(DRIVER);
    assertThat(manifests.one("StorageClass").at("provisioner").text()).isEqualTo(DRIVER);
    assertThat(pod.at("volumes").named("socket").at("hostPath", "path").text())
        .isEqualTo(PLUGIN_DIRECTORY);
    assertThat(driver().at("env").named("SPINDLE_DRIVER_NAME").value()).isNull();
  }

  @Test
  void storageClassBindsWhereThePodGoesAndErasesWhatIsDeleted() {
    Tree storageClass = manifests.one("StorageClass");
    assertThat(storageClass.at("volumeBindingMode").text()).isEqualTo("WaitForFirstConsumer");
    assertThat(storageClass.at("reclaimPolicy").text()).isEqualTo("Delete");
    assertThat(storageClass.at("allowVolumeExpansion").value()).isEqualTo(true);
    assertThat(
            Manifests.read(Checkout.deploy().resolve("example/statefulset.yaml")).stream()
                .flatMap(set -> set.at("spec", "volumeClaimTemplates").items().stream())
                .map(claim -> claim.at("spec", "storageClassName").text()))
        .containsExactly(storageClass.at("metadata", "name").text());
  }

  @Test
  void sidecarsRunWithExactlyTheseFlags() {
    assertThat(arguments("external-provisioner"))
        .containsExactlyInAnyOrder(
            "--csi-address=/csi/csi.sock",
            "--node-deployment=true",
            "--enable-capacity",
            "--capacity-ownerref-level=1",
            "--capacity-poll-interval=15s",
            "--strict-topology=true",
            "--immediate-topology=false",
            "--node-deployment-immediate-binding=false",
            "--extra-create-metadata",
            "--default-fstype=ext4",
            "--timeout=60s");
    assertThat(arguments("node-driver-registrar"))
        .containsExactlyInAnyOrder(
            "--csi-address=/csi/csi.sock",
            "--kubelet-registration-path=" + PLUGIN_DIRECTORY + "/csi.sock",
            "--timeout=30s");
    assertThat(arguments("livenessprobe"))
        .containsExactlyInAnyOrder("--csi-address=/csi/csi.sock", "--health-port=9898");
  }

  @Test
  void theProvisionerKnowsWhereItRuns() {
    Tree environment = pod.at("containers").named("external-provisioner").at("env");
    assertThat(fieldPath(environment, "NODE_NAME")).isEqualTo("spec.nodeName");
    assertThat(fieldPath(environment, "NAMESPACE")).isEqualTo("metadata.namespace");
    assertThat(fieldPath(environment, "POD_NAME")).isEqualTo("metadata.name");
  }

  @Test
  void theDriversContainerMayDoWhatItMustAndWritesNothingOfItsOwn() {
    assertThat(driver().at("securityContext").value())
        .isEqualTo(Map.of("privileged", true, "readOnlyRootFilesystem", true));
    assertThat(pod.at("hostPID").value()).isEqualTo(true);
    for (String directory : List.of("/var/lib/kubelet/pods", "/var/lib/kubelet/plugins")) {
      assertThat(driver().at("volumeMounts").items())
          .as("what is mounted below %s is seen by kubelet", directory)
          .anySatisfy(
              mount -> {
                assertThat(mount.at("mountPath").text()).isEqualTo(directory);
                assertThat(mount.at("mountPropagation").text()).isEqualTo("Bidirectional");
                assertThat(hostPath(mount)).isEqualTo(directory);
              });
    }
    assertThat(driver().at("volumeMounts").items())
        .anySatisfy(
            mount -> {
              assertThat(mount.at("mountPath").text()).isEqualTo("/dev");
              assertThat(hostPath(mount)).isEqualTo("/dev");
            });
  }

  @Test
  void sidecarsMayDoNothing() {
    assertThat(pod.at("containers").items())
        .filteredOn(container -> !container.at("name").text().equals("spindle"))
        .hasSize(3)
        .allSatisfy(
            sidecar ->
                assertThat(sidecar.at("securityContext").value())
                    .isEqualTo(
                        Map.of(
                            "allowPrivilegeEscalation", false,
                            "readOnlyRootFilesystem", true,
                            "capabilities", Map.of("drop", List.of("ALL")))));
  }

  @Test
  void asShippedNoDiskIsNamed() {
    assertThat(driver().at("env").named("SPINDLE_DISKS").at("value").text())
        .isEqualTo("/dev/disk/by-id/spindle-example-*");
  }

  @Test
  void aNodeNeverRunsTwoDrivers() {
    assertThat(manifests.one("DaemonSet").at("spec", "updateStrategy", "rollingUpdate").value())
        .isEqualTo(Map.of("maxUnavailable", 1, "maxSurge", 0));
  }

  @Test
  void theDriverIsProbedThroughTheLivenessprobe() {
    for (String probe : List.of("startupProbe", "livenessProbe")) {
      assertThat(driver().at(probe, "httpGet").value())
          .isEqualTo(Map.of("path", "/healthz", "port", "healthz"));
    }
    assertThat(driver().at("ports").named("healthz").at("containerPort").value()).isEqualTo(9898);
  }

  @Test
  void theMetricsPortIsTheOneThatTheDriverListensAt() {
    Tree address = driver().at("env").named("SPINDLE_METRICS_ADDRESS").at("value");
    Tree port = driver().at("ports").named("metrics").at("containerPort");
    assertThat(address.text()).isEqualTo(":" + port.value());
  }

  @Test
  void thePodsAccountIsTheOneThatHasTheRights() {
    Tree account = manifests.one("ServiceAccount").at("metadata");
    assertThat(pod.at("serviceAccountName").text()).isEqualTo(account.at("name").text());
    for (String role : List.of("Role", "ClusterRole")) {
      Tree binding = manifests.one(role + "Binding");
      assertThat(binding.at("roleRef", "name").text())
          .isEqualTo(manifests.one(role).at("metadata", "name").text());
      assertThat(binding.at("subjects").value())
          .isEqualTo(
              List.of(
                  Map.of(
                      "kind", "ServiceAccount",
                      "name", account.at("name").text(),
                      "namespace", account.at("namespace").text())));
    }
  }

  @Test
  void theDriverKnowsEveryOptionThatItIsGiven() throws Exception {
    String help = helpOfServe();
    assertThat(driver().at("args").value()).as("options are given by the environment").isNull();
    assertThat(driver().at("env").items())
        .isNotEmpty()
        .allSatisfy(variable -> assertThat(help).contains(option(variable.at("name").text())));
  }

  private Tree driver() {
    return pod.at("containers").named("spindle");
  }

  private List<String> arguments(String container) {
    return pod.at("containers").named(container).at("args").texts();
  }

  private String hostPath(Tree mount) {
    Tree volume = pod.at("volumes").named(mount.at("name").text());
    return volume.at("hostPath", "path").text();
  }

  private static String fieldPath(Tree environment, String variable) {
    return environment.named(variable).at("valueFrom", "fieldRef", "fieldPath").text();
  }

  /** The option that an environment variable stands for. */
  private static String option(String variable) {
    String words =
        switch (variable) {
          case "CSI_ENDPOINT" -> "ENDPOINT";
          case "NODE_NAME" -> variable;
          default -> {
            assertThat(variable).startsWith("SPINDLE_");
            yield variable.substring("SPINDLE_".length());
          }
        };
    return "--" + words.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String helpOfServe() throws IOException, InterruptedException {
    Process help =
        new ProcessBuilder(Checkout.spindle().toString(), "serve", "--help")
            .redirectErrorStream(true)
            .start();
    String printed = new String(help.getInputStream().readAllBytes(), UTF_8);
    assertThat(help.waitFor()).as(printed).isZero();
    return printed;
  }
}
