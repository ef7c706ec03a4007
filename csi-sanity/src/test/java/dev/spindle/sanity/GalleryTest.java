package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import dev.spindle.sanity.gallery.Exhibit;
import dev.spindle.sanity.gallery.Gallery;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Disks with everything that disks are found with: none is taken, each is refused for the right
 * reason, by the command line, CreateVolume and GetCapacity, by the first driver and by the next
 * one, and none is changed by a bit.
 */
@RequireRoot
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class GalleryTest {
  @RegisterExtension static final LoopDisks loops = new LoopDisks();

  private final Map<String, Visit> visits = new LinkedHashMap<>();
  private final List<String> refused = new ArrayList<>();

  @BeforeAll
  void visitAllRooms() throws Exception {
    Path directory = Files.createDirectories(Checkout.module().resolve("target/gallery"));
    Path log = Files.createTempFile(directory, "driver-", ".log");
    for (List<Exhibit> room : Gallery.rooms()) {
      for (Visit visit : Room.visit(room, loops, log)) {
        visits.put(visit.exhibit().name(), visit);
      }
    }
  }

  static Stream<Exhibit> exhibits() {
    return Gallery.rooms().stream().flatMap(List::stream);
  }

  @Test
  void everyExhibitHasANameOfItsOwn() {
    assertThat(exhibits().map(Exhibit::name))
        .doesNotHaveDuplicates()
        .hasSameSizeAs(visits.keySet());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("exhibits")
  void isRefusedForTheRightReasonAndStaysAsItIs(Exhibit exhibit) throws IOException {
    Visit visit = Objects.requireNonNull(visits.get(exhibit.name()));
    assertThat(visit.unchanged()).as("bytes of %s are what they were", visit.disk()).isTrue();
    assertThat(visit.offers()).hasSize(4).containsOnly(0L);
    assertThat(visit.answers())
        .hasSize(4)
        .extracting(Status::getCode)
        .containsOnly(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(visit.answers().subList(2, 4))
        .extracting(Status::getDescription)
        .allSatisfy(why -> assertThat(why).containsPattern("\\b" + visit.disk() + "[:,] "));
    assertThat(visit.listings()).hasSize(2);
    List<Tree> reasons = visit.listings().get(0).at("reasons").items();
    System.out.println(String.format("%-70s %s", exhibit, reasons));
    for (Tree listing : visit.listings()) {
      assertThat(listing.at("verdict").text()).isEqualTo(exhibit.finding().verdict());
      assertThat(sentences(listing)).isEqualTo(sentences(visit.listings().get(0)));
      assertThat(listing.at("reasons").items())
          .as("among them %s", exhibit.finding())
          .anyMatch(
              reason ->
                  exhibit.finding().is(reason.at("code").text(), reason.at("message").text()));
    }
    refused.add(exhibit.name());
  }

  /** The places between the ends that are looked at are drawn anew at each look. */
  private static List<String> sentences(Tree listing) {
    return listing.at("reasons").items().stream()
        .map(reason -> reason.at("code").text() + ": " + reason.at("message").text())
        .map(sentence -> sentence.replaceFirst("data at byte \\d+", "data at some byte"))
        .toList();
  }

  @AfterAll
  void count() throws IOException {
    Proof.count("gallery disks refused and unchanged", refused.size(), 60);
  }
}
