package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.GetCapacityRequest;
import csi.v1.GetPluginInfoRequest;
import csi.v1.ListVolumesRequest;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every RPC answers in every state of a volume.
 *
 * <p>The columns: CreateVolume with the volume's name and arguments, and with other arguments ("the
 * volume" is an OK with its id, "another" one with a new id); DeleteVolume;
 * ValidateVolumeCapabilities; whether ListVolumes has it; whether GetCapacity counts its disk as
 * room; NodeStageVolume; NodeUnstageVolume; NodePublishVolume to the target that the state has, and
 * by a caller that wants to be the only one to another target; NodeUnpublishVolume;
 * NodeGetVolumeStats and NodeExpandVolume, by no byte, at the target if it is published and else at
 * the staging path; Probe, with GetPluginInfo always OK.
 */
@RequireRoot
final class AnswersTest {
  private static final String TABLE =
      """
      state                       | create      | with others | delete  | validate  | listed  | room    | stage     | unstage | publish   | alone     | unpublish | stats     | expand    | probe
      never existed               | another     | another     | OK      | NOT_FOUND | no      | yes     | NOT_FOUND | OK      | NOT_FOUND | NOT_FOUND | OK        | NOT_FOUND | NOT_FOUND | ready
      id of another node          | another     | another     | PRECOND | NOT_FOUND | no      | yes     | NOT_FOUND | OK      | NOT_FOUND | NOT_FOUND | OK        | NOT_FOUND | NOT_FOUND | ready
      id of no driver             | another     | another     | OK      | NOT_FOUND | no      | yes     | NOT_FOUND | OK      | NOT_FOUND | NOT_FOUND | OK        | NOT_FOUND | NOT_FOUND | ready
      claimed                     | the volume  | EXISTS      | OK      | OK        | yes     | no      | OK        | OK      | PRECOND   | PRECOND   | OK        | NOT_FOUND | NOT_FOUND | ready
      formatting, interrupted     | the volume  | EXISTS      | OK      | OK        | yes     | no      | OK        | OK      | PRECOND   | PRECOND   | OK        | NOT_FOUND | NOT_FOUND | ready
      formatted, unstaged         | the volume  | EXISTS      | OK      | OK        | yes     | no      | OK        | OK      | PRECOND   | PRECOND   | OK        | NOT_FOUND | NOT_FOUND | ready
      staged                      | the volume  | EXISTS      | PRECOND | OK        | yes     | no      | OK        | OK      | OK        | OK        | OK        | OK        | OK        | ready
      published                   | the volume  | EXISTS      | PRECOND | OK        | yes     | no      | OK        | OK      | OK        | PRECOND   | OK        | OK        | OK        | ready
      published twice             | the volume  | EXISTS      | PRECOND | OK        | yes     | no      | OK        | OK      | OK        | PRECOND   | OK        | OK        | OK        | ready
      published, not staged       | the volume  | EXISTS      | PRECOND | OK        | yes     | no      | PRECOND   | OK      | PRECOND   | PRECOND   | OK        | OK        | OK        | ready
      block, claimed              | the volume  | EXISTS      | OK      | OK        | yes     | no      | OK        | OK      | PRECOND   | PRECOND   | OK        | NOT_FOUND | NOT_FOUND | ready
      block, staged               | the volume  | EXISTS      | PRECOND | OK        | yes     | no      | OK        | OK      | OK        | OK        | OK        | OK        | OK        | ready
      block, published            | the volume  | EXISTS      | PRECOND | OK        | yes     | no      | OK        | OK      | OK        | PRECOND   | OK        | OK        | OK        | ready
      scrubbing                   | another     | another     | OK      | NOT_FOUND | no      | no      | NOT_FOUND | OK      | NOT_FOUND | NOT_FOUND | OK        | NOT_FOUND | NOT_FOUND | ready
      slots destroyed             | UNAVAIL     | UNAVAIL     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      slots destroyed, restarted  | another     | another     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      slots destroyed, published  | UNAVAIL     | UNAVAIL     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      two disks with it           | UNAVAIL     | UNAVAIL     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      two disks, restarted        | UNAVAIL     | UNAVAIL     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      disk unreadable             | UNAVAIL     | UNAVAIL     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      disk unreadable, restarted  | another     | another     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      disk unreadable, published  | UNAVAIL     | UNAVAIL     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      disk vanished               | UNAVAIL     | UNAVAIL     | UNAVAIL | UNAVAIL   | no      | no      | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | ready
      disk back, not named        | the volume  | EXISTS      | OK      | OK        | yes     | no      | OK        | OK      | PRECOND   | PRECOND   | OK        | NOT_FOUND | NOT_FOUND | ready
      driver not ready            | UNAVAIL     | UNAVAIL     | UNAVAIL | UNAVAIL   | UNAVAIL | UNAVAIL | UNAVAIL   | OK      | UNAVAIL   | UNAVAIL   | OK        | UNAVAIL   | UNAVAIL   | waiting
      """;

  private static final Map<String, String> SHORT =
      Map.of(
          "FAILED_PRECONDITION", "PRECOND",
          "ALREADY_EXISTS", "EXISTS",
          "UNAVAILABLE", "UNAVAIL");

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  static Stream<String> lines() {
    return TABLE.lines().skip(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void everyStateGetsTheAnswersOfTheTable(String line) throws IOException {
    List<String> cells = cells(line);
    try (Condition condition = Condition.of(cells.get(0), loops)) {
      Map<String, String> answers = answers(condition);
      System.out.println(String.format("%-27s", cells.get(0)) + answers.values());
      assertThat(answers).containsExactlyEntriesOf(expected(cells));
    }
  }

  private static List<String> cells(String line) {
    return Stream.of(line.split("\\|")).map(String::strip).toList();
  }

  private static Map<String, String> expected(List<String> cells) {
    List<String> columns = cells(TABLE.lines().findFirst().orElseThrow());
    Map<String, String> expected = new LinkedHashMap<>();
    for (int i = 1; i < columns.size(); i++) {
      expected.put(columns.get(i), cells.get(i));
    }
    return expected;
  }

  /** Asks every RPC, each in the same state. */
  private static Map<String, String> answers(Condition state) throws IOException {
    Map<String, String> answers = new LinkedHashMap<>();
    answers.put("create", created(state, state.volume().create().build()));
    state.again();
    answers.put(
        "with others",
        created(state, state.volume().create().putParameters("scrub", "discard").build()));
    state.again();
    Volume volume = state.volume();
    LiveDriver driver = state.driver();
    answers.put("delete", code(driver, () -> driver.controller().deleteVolume(volume.delete())));
    state.again();
    byRead(state, answers);
    byNode(state, answers);
    answers.put("probe", driver.ready() ? "ready" : "waiting");
    assertThat(
            code(
                driver,
                () -> driver.identity().getPluginInfo(GetPluginInfoRequest.getDefaultInstance())))
        .isEqualTo("OK");
    return answers;
  }

  private static void byRead(Condition state, Map<String, String> answers) {
    Volume volume = state.volume();
    LiveDriver driver = state.driver();
    answers.put(
        "validate",
        code(
            driver,
            () ->
                assertThat(
                        driver
                            .controller()
                            .validateVolumeCapabilities(volume.validate())
                            .getConfirmed()
                            .getVolumeCapabilitiesCount())
                    .isEqualTo(1)));
    answers.put("listed", listed(driver, volume));
    answers.put("room", room(state));
  }

  private static void byNode(Condition state, Map<String, String> answers) throws IOException {
    LiveDriver driver = state.driver();
    answers.put(
        "stage", code(driver, () -> driver.node().nodeStageVolume(state.volume().stage().build())));
    state.again();
    String unstaged =
        state.asksUnpublishFirst()
            ? ""
            : code(driver, () -> driver.node().nodeUnstageVolume(state.volume().unstage()));
    answers.put("unstage", unstaged);
    state.again();
    answers.put(
        "publish",
        code(driver, () -> driver.node().nodePublishVolume(state.volume().publish().build())));
    state.again();
    answers.put(
        "alone",
        code(driver, () -> driver.node().nodePublishVolume(state.volume().publishElsewhere())));
    state.again();
    String stats =
        code(driver, () -> driver.node().nodeGetVolumeStats(state.volume().stats(state.at())));
    String expanded =
        code(driver, () -> driver.node().nodeExpandVolume(state.volume().expand(state.at())));
    answers.put("unpublish", unpublished(state));
    answers.put("stats", stats);
    answers.put("expand", expanded);
    if (state.asksUnpublishFirst()) {
      answers.put(
          "unstage", code(driver, () -> driver.node().nodeUnstageVolume(state.volume().unstage())));
    }
  }

  private static String unpublished(Condition state) {
    LiveDriver driver = state.driver();
    Volume volume = state.volume();
    String code =
        code(driver, () -> driver.node().nodeUnpublishVolume(volume.unpublish(volume.target())));
    assertThat(volume.target()).doesNotExist();
    return code;
  }

  private static String created(Condition state, CreateVolumeRequest request) {
    LiveDriver driver = state.driver();
    try {
      CreateVolumeResponse made = driver.call(() -> driver.controller().createVolume(request));
      String id = made.getVolume().getVolumeId();
      if (id.equals(state.volume().id())) {
        return "the volume";
      }
      state.forget(id);
      return "another";
    } catch (StatusRuntimeException refused) {
      return code(refused);
    }
  }

  private static String listed(LiveDriver driver, Volume volume) {
    try {
      boolean there =
          driver
              .call(() -> driver.controller().listVolumes(ListVolumesRequest.getDefaultInstance()))
              .getEntriesList()
              .stream()
              .anyMatch(entry -> entry.getVolume().getVolumeId().equals(volume.id()));
      return there ? "yes" : "no";
    } catch (StatusRuntimeException refused) {
      return code(refused);
    }
  }

  private static String room(Condition state) {
    LiveDriver driver = state.driver();
    try {
      long room =
          driver
              .call(() -> driver.controller().getCapacity(GetCapacityRequest.getDefaultInstance()))
              .getAvailableCapacity();
      return room == state.roomOfOthers() ? "no" : room == state.roomOfAll() ? "yes" : "" + room;
    } catch (StatusRuntimeException refused) {
      return code(refused);
    }
  }

  private static String code(LiveDriver driver, Supplier<?> rpc) {
    try {
      Object unused = driver.call(rpc);
      return "OK";
    } catch (StatusRuntimeException refused) {
      return code(refused);
    }
  }

  private static String code(StatusRuntimeException refused) {
    assertThat(refused.getStatus().getDescription()).isNotBlank();
    String name = refused.getStatus().getCode().name();
    return SHORT.getOrDefault(name, name);
  }
}
