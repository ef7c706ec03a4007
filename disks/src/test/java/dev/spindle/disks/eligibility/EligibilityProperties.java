package dev.spindle.disks.eligibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.ReasonsTest.Bad;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for the judge whatever the facts and the policy. */
class EligibilityProperties {
  private static final Owner OTHER = new Owner("disk.spindle.dev", "node-b");

  @Property
  void onlyADiskThatWasReadAndIsBlankAndIsNamedIsEligible(
      @ForAll("disks") Disk disk, @ForAll("policies") Policy policy) {
    if (Eligibility.judge(disk, policy) instanceof Eligible eligible) {
      assertThat(eligible.disk()).isEqualTo(disk);
      assertThat(disk.content()).isInstanceOf(Content.Read.class);
      Content.Read read = (Content.Read) disk.content();
      assertThat(read.blankness()).isInstanceOf(Blankness.Blank.class);
      assertThat(policy.disks()).anyMatch(pattern -> pattern.matches(disk.device()));
      assertThat(policy.exclude()).noneMatch(pattern -> pattern.matches(disk.device()));
      assertThat(disk.twins()).isEqualTo(Disk.Twins.NONE);
      assertThat(disk.held()).isFalse();
      assertThat(disk.mounts()).isEmpty();
      assertThat(disk.swaps()).isEmpty();
      assertThat(disk.device().holders()).isEmpty();
      assertThat(DeviceReasons.of(disk, policy)).isEmpty();
      assertThat(ContentReasons.of(disk, read)).isEmpty();
      assertThat(Eligibility.record(read.reading()).stream())
          .allSatisfy(record -> assertThat(record.owner()).isEqualTo(policy.owner()))
          .allSatisfy(record -> assertThat(record.state()).isEqualTo(State.FREE));
    }
  }

  @Property
  void oneBadFactMoreMakesAnEligibleDiskNotEligible(
      @ForAll boolean joined, @ForAll boolean interrupted, @ForAll Bad bad) {
    Disks disk = joined ? Disks.joined(State.FREE) : Disks.eligible();
    if (interrupted && !joined) {
      disk.content(Disks.read(Disks.recordOnly(Disks.OWNER)));
    }
    Policy policy = Disks.naming("/dev/**");
    assertThat(disk.judgedBy(policy)).isInstanceOf(Eligible.class);

    Verdict verdict = bad.addTo(disk).judgedBy(policy);

    assertThat(verdict).isNotInstanceOf(Eligible.class);
    assertThat(verdict.reasons()).isNotEmpty();
  }

  @Property
  void aBadFactNeverMakesADiskEligibleThatWasNot(
      @ForAll("facts") Set<Bad> facts,
      @ForAll("contents") Content content,
      @ForAll("policies") Policy policy,
      @ForAll Bad more) {
    Disks disk = built(facts, content);
    boolean before = disk.judgedBy(policy) instanceof Eligible;

    assertThat(more.addTo(disk).judgedBy(policy) instanceof Eligible && !before).isFalse();
  }

  @Property
  void whoeverIsNotEligibleSaysWhy(@ForAll("disks") Disk disk, @ForAll("policies") Policy policy) {
    Verdict verdict = Eligibility.judge(disk, policy);

    assertThat(verdict.reasons().isEmpty()).isEqualTo(verdict instanceof Eligible);
    assertThat(verdict.reasons()).allMatch(reason -> !reason.message().isBlank());
  }

  @Property
  void onlyALedgerOfThisOwnerIsOurs(@ForAll("disks") Disk disk, @ForAll("policies") Policy policy) {
    if (Eligibility.judge(disk, policy) instanceof Verdict.Ours ours) {
      assertThat(ours.record().owner()).isEqualTo(policy.owner());
      assertThat(ours.record().state()).isNotEqualTo(State.FREE);
      assertThat(disk.twins().sameLedger()).isEmpty();
      assertThat(DeviceReasons.believable(disk, policy)).isTrue();
    }
  }

  @Property
  void thePolicyNeverHidesAClaim(
      @ForAll("disks") Disk disk, @ForAll("namings") Policy one, @ForAll("namings") Policy other) {
    if (Eligibility.judge(disk, one) instanceof Verdict.Ours ours) {
      assertThat(Eligibility.judge(disk, other)).isEqualTo(ours);
    }
  }

  @Property
  void whatIsUnreadableIsSoWhateverIsNamed(
      @ForAll("disks") Disk disk, @ForAll("namings") Policy one, @ForAll("namings") Policy other) {
    if (Eligibility.judge(disk, one) instanceof Verdict.Unreadable unreadable) {
      assertThat(Eligibility.judge(disk, other)).isEqualTo(unreadable);
    }
  }

  @Property
  void theBlankCheckIsTheLastQuestion(
      @ForAll("disks") Disk disk, @ForAll("policies") Policy policy) {
    if (Eligibility.wantsBlankCheck(disk, policy)) {
      Content.Read read = (Content.Read) disk.content();
      Disk checked =
          new Disk(
              disk.device(),
              disk.mounts(),
              disk.swaps(),
              disk.held(),
              disk.backingTrusted(),
              new Content.Read(read.reading(), read.probe(), new Blankness.Blank()),
              disk.twins());
      assertThat(Eligibility.judge(checked, policy)).isInstanceOf(Eligible.class);
    }
  }

  @Provide
  Arbitrary<Disk> disks() {
    return Combinators.combine(facts(), contents(), Arbitraries.of("sdb", "loop7", "md_home"))
        .as((facts, content, name) -> built(facts, content, name).disk());
  }

  @Provide
  Arbitrary<Set<Bad>> facts() {
    return Arbitraries.of(Bad.class).set().ofMaxSize(2);
  }

  @Provide
  Arbitrary<Content> contents() {
    Arbitrary<Content> read =
        Combinators.combine(readings(), probes(), blanknesses()).as(Content.Read::new);
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(8, read),
        net.jqwik.api.Tuple.of(1, Arbitraries.just(new Content.Unread())),
        net.jqwik.api.Tuple.of(
            1, Arbitraries.just(new Content.Unreadable(new Reason(Code.SILENT, "silent")))));
  }

  private static Arbitrary<Reading> readings() {
    Stream<Reading> joined =
        Stream.of(State.values())
            .flatMap(state -> Stream.of(Disks.OWNER, OTHER).map(by -> Disks.record(by, state)))
            .flatMap(record -> Stream.of(true, false).map(good -> Disks.reading(record, good)));
    Stream<Reading> others =
        Stream.of(
            new Reading.NotOurs(),
            Disks.recordOnly(Disks.OWNER),
            Disks.recordOnly(OTHER),
            new Reading.Frozen(Reading.Frozen.Cause.NO_VALID_RECORD, "both slots are bad"),
            new Reading.Newer("version 2"));
    return Arbitraries.oneOf(Arbitraries.of(others.toList()), Arbitraries.of(joined.toList()));
  }

  private static Arbitrary<Probe> probes() {
    return Arbitraries.of(
        new Probe.Nothing(),
        Disks.ownTable(),
        new Probe.Ambiguous(),
        Disks.found(Signature.Kind.SUPERBLOCK, "LVM2_member", "abc"));
  }

  private static Arbitrary<Blankness> blanknesses() {
    return Arbitraries.of(new Blankness.Blank(), new Blankness.NotChecked(), new Blankness.Data(1));
  }

  @Provide
  Arbitrary<Policy> policies() {
    return Combinators.combine(namings(), Arbitraries.of(true, false), Arbitraries.of(true, false))
        .as(
            (naming, loops, shared) ->
                new Policy(
                    naming.owner(),
                    naming.disks(),
                    naming.exclude(),
                    naming.minDiskBytes(),
                    loops,
                    shared));
  }

  /** Policies that differ only in what they name. */
  @Provide
  Arbitrary<Policy> namings() {
    return Arbitraries.of(
        Disks.POLICY,
        Disks.naming("/dev/**"),
        Disks.naming(),
        Disks.naming(Disks.BY_ID.toString()),
        Disks.naming("/dev/nvme*"),
        Disks.excluding("/dev/sd[a-c]"),
        Disks.excluding("/dev/disk/by-id/ata-*"));
  }

  private static Disks built(Set<Bad> facts, Content content) {
    return built(facts, content, "sdb");
  }

  private static Disks built(Set<Bad> facts, Content content, String name) {
    Disks disk =
        Disks.eligible().name(name).backing("/srv/disk.img", facts.size() != 1).content(content);
    List.copyOf(facts).forEach(bad -> bad.addTo(disk));
    return disk;
  }
}
