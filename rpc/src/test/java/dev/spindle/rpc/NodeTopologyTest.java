package dev.spindle.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which places are this node. */
class NodeTopologyTest {
  private static final NodeTopology HERE = new NodeTopology("disk.spindle.dev/node", "n1");
  private static final Topology OTHER = new NodeTopology("disk.spindle.dev/node", "n2").toProto();

  @Test
  void onlyItsOwnSegmentIsThisNode() {
    assertThat(HERE.toProto().getSegmentsMap()).isEqualTo(Map.of("disk.spindle.dev/node", "n1"));
    assertThat(HERE.accepts(HERE.toProto())).isTrue();
    assertThat(HERE.accepts(OTHER)).isFalse();
    assertThat(HERE.accepts(new NodeTopology("DISK.spindle.dev/node", "n1").toProto())).isFalse();
    assertThat(HERE.accepts(HERE.toProto().toBuilder().putSegments("rack", "1").build())).isFalse();
    assertThat(HERE.accepts(Topology.getDefaultInstance())).isTrue();
  }

  @Test
  void oneOfTheRequisitePlacesIsEnough() {
    Topology here = HERE.toProto();
    assertThat(HERE.meets(TopologyRequirement.getDefaultInstance())).isTrue();
    assertThat(HERE.meets(asked(List.of(here), List.of(here)))).isTrue();
    assertThat(HERE.meets(asked(List.of(OTHER, here), List.of(OTHER)))).isTrue();
    assertThat(HERE.meets(asked(List.of(OTHER), List.of(OTHER)))).isFalse();
    assertThat(HERE.meets(asked(List.of(OTHER), List.of(here)))).isFalse();
    assertThat(HERE.meets(asked(List.of(), List.of(OTHER, here)))).isTrue();
    assertThat(HERE.meets(asked(List.of(), List.of(OTHER)))).isFalse();
  }

  private static TopologyRequirement asked(List<Topology> requisite, List<Topology> preferred) {
    return TopologyRequirement.newBuilder()
        .addAllRequisite(requisite)
        .addAllPreferred(preferred)
        .build();
  }
}
