package dev.spindle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.claim.Provisioned.Refusal;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.rpc.Utf8;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The sentence that becomes an event on a claim that got no disk. */
class RefusalsTest {
  private static final SizeRange RANGE = new SizeRange(500 * VolumeRequests.GIB, 0);
  private static final Reason MOUNTED = new Reason(Code.MOUNTED, "mounted at /data");
  private static final Reason SMALL = new Reason(Code.DOES_NOT_FIT, "it has 100Gi");
  private static final Reason NOT_NAMED = new Reason(Code.NOT_NAMED, "no --disks pattern names it");

  @Example
  void everyDiskSaysAllItsReasonsAndThoseThatNearlyDoComeFirst() {
    assertThat(
            sentence(
                List.of(
                    disk("sda", NOT_NAMED, MOUNTED),
                    disk("sdb", MOUNTED, SMALL),
                    disk("sdc", SMALL),
                    disk("loop0", NOT_NAMED),
                    disk("sdd", SMALL))))
        .isEqualTo(
            "no disk on node n1 fits 500Gi: "
                + "sdb: mounted at /data, it has 100Gi; "
                + "sdc, sdd: it has 100Gi; "
                + "sda: no --disks pattern names it, mounted at /data; "
                + "loop0: no --disks pattern names it");
  }

  @Example
  void aNodeWithoutDisksSaysThat() {
    assertThat(sentence(List.of()))
        .isEqualTo("no disk on node n1 fits 500Gi: it has no disks at all");
  }

  @Example
  void theSizeIsSaidAsItWasAsked() {
    assertThat(Refusals.sentence("n1", new SizeRange(5L << 30, 6L << 30), List.of()))
        .startsWith("no disk on node n1 fits 5Gi to 6Gi: ");
    assertThat(Refusals.sentence("n1", new SizeRange(0, 6L << 30), List.of()))
        .startsWith("no disk on node n1 fits into 6Gi: ");
    assertThat(Refusals.sentence("n1", SizeRange.ANY, List.of()))
        .startsWith("no disk on node n1 will do: ");
  }

  @Example
  void whatDoesNotFitIsCounted() {
    List<Refusal> refusals = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      refusals.add(disk("sd" + i, new Reason(Code.DATA, "it has data at byte " + i)));
    }
    assertThat(sentence(refusals))
        .startsWith("no disk on node n1 fits 500Gi: sd0: it has data at byte 0; sd1: ")
        .matches(".*; and \\d+ more disks; `spindle disks` on node n1 shows all");
  }

  @Property(tries = 300)
  void howeverManyDisksAndReasonsItFitsAnEventAndCountsEveryDisk(
      @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 600) Integer> lengths,
      @ForAll @IntRange(min = 0, max = 12) int reasons) {
    List<Refusal> refusals = new ArrayList<>();
    for (int length : lengths) {
      Reason reason = new Reason(Code.SIGNATURE, "\u00fc".repeat(length));
      refusals.add(new Refusal("d" + refusals.size() + "d", Collections.nCopies(reasons, reason)));
    }
    String sentence = Refusals.sentence("n".repeat(63), RANGE, refusals);
    assertThat(Utf8.length(sentence)).isLessThanOrEqualTo(Refusals.LONGEST);
    long counted =
        Pattern.compile("d(\\d+)d").matcher(sentence).results().count()
            + numbers("and (\\d+) others", sentence)
            + numbers("(\\d+) more disks?;", sentence);
    assertThat(counted).isEqualTo(refusals.size());
  }

  private static long numbers(String pattern, String sentence) {
    return Pattern.compile(pattern)
        .matcher(sentence)
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .sum();
  }

  private static String sentence(List<Refusal> refusals) {
    return Refusals.sentence("n1", RANGE, refusals);
  }

  private static Refusal disk(String name, Reason... reasons) {
    return new Refusal(name, List.of(reasons));
  }
}
