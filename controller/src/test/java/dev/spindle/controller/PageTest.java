package dev.spindle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.VolumeSpec;
import io.grpc.Status.Code;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** ListVolumes, page by page. */
class PageTest {
  private static final VolumeSpec SPEC = VolumeRequest.parse(VolumeRequests.create("pvc").build());
  private static final VolumeReply REPLIES = new VolumeReply(Served.HERE);

  @Property(tries = 300)
  void allPagesTogetherHaveEveryVolumeOnce(
      @ForAll("someVolumes") Set<UUID> volumes,
      @ForAll @IntRange(min = 0, max = 12) int size,
      @ForAll Random random) {
    List<DiskRecord> records = new ArrayList<>(records(volumes));
    List<UUID> seen = walk(records, size, page -> Collections.shuffle(records, random));
    assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(volumes);
  }

  @Property(tries = 300)
  void volumesThatStayAreSeenOnceWhateverComesAndGoesBetween(
      @ForAll("someVolumes") Set<UUID> staying,
      @ForAll("someVolumes") Set<UUID> changing,
      @ForAll @IntRange(min = 1, max = 5) int size) {
    Set<UUID> passing =
        changing.stream().filter(uuid -> !staying.contains(uuid)).collect(Collectors.toSet());
    List<DiskRecord> all = records(staying);
    List<DiskRecord> more = records(passing);
    List<DiskRecord> records = new ArrayList<>(all);
    List<UUID> seen =
        walk(
            records,
            size,
            page -> {
              if (!records.removeAll(more)) {
                records.addAll(more);
              }
            });
    assertThat(seen).doesNotHaveDuplicates().containsAll(staying);
  }

  @Property(tries = 100)
  void noPageIsLongerThanAskedAndOnlyTheLastHasNoToken(
      @ForAll("someVolumes") Set<UUID> volumes, @ForAll @IntRange(min = 1, max = 12) int size) {
    List<DiskRecord> records = records(volumes);
    List<ListVolumesResponse> pages = new ArrayList<>();
    walk(records, size, pages::add);
    assertThat(pages).hasSize(Math.max(1, (volumes.size() + size - 1) / size));
    assertThat(pages).allMatch(page -> page.getEntriesCount() <= size);
    assertThat(pages.subList(0, pages.size() - 1))
        .allMatch(page -> page.getEntriesCount() == size && !page.getNextToken().isEmpty());
  }

  @Example
  void aTokenThatIsNoneOfOursIsAborted() throws IOException {
    try (Served served = new Served(new MemoryClaims())) {
      for (String token :
          new String[] {"invalid-token", "1-1-1-1-1", "0B9D1F0E-6A3C-4C55-9D6E-0A1B2C3D4E5F"}) {
        ListVolumesRequest request =
            ListVolumesRequest.newBuilder().setStartingToken(token).build();
        assertThat(Served.failure(() -> served.stub().listVolumes(request)).getCode())
            .isEqualTo(Code.ABORTED);
      }
    }
  }

  @Example
  void aListedVolumeIsWhatCreateVolumeAnswered() throws IOException {
    try (Served served = new Served(new MemoryClaims(2 * VolumeRequests.GIB))) {
      var created = served.stub().createVolume(VolumeRequests.create("pvc-1").build()).getVolume();
      assertThat(
              served.stub().listVolumes(ListVolumesRequest.getDefaultInstance()).getEntriesList())
          .extracting(ListVolumesResponse.Entry::getVolume)
          .containsExactly(created);
    }
  }

  @Provide
  Arbitrary<Set<UUID>> someVolumes() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
        .as(UUID::new)
        .set()
        .ofMaxSize(30);
  }

  /** Follows the tokens to the end; something may happen to the volumes after each page. */
  private static List<UUID> walk(
      List<DiskRecord> records, int size, Consumer<ListVolumesResponse> between) {
    List<UUID> seen = new ArrayList<>();
    String token = "";
    do {
      ListVolumesResponse page =
          REPLIES.listed(
              Page.parse(size, token).of(List.copyOf(records), record -> record.volume().volume()));
      page.getEntriesList()
          .forEach(
              entry ->
                  seen.add(VolumeId.parse(entry.getVolume().getVolumeId()).orElseThrow().uuid()));
      token = page.getNextToken();
      between.accept(page);
    } while (!token.isEmpty());
    return seen;
  }

  private static List<DiskRecord> records(Set<UUID> volumes) {
    return volumes.stream()
        .map(volume -> MemoryClaims.record(volume, SPEC, VolumeRequests.GIB))
        .toList();
  }
}
