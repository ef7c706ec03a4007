package dev.spindle.disks.ledger;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Records to write on disks of tests. */
final class Records {
  static final long DISK_BYTES = 6 * Geometry.MIB;
  static final UUID DISK = UUID.fromString("6f1c35b0-5f1e-4b43-a5bd-6d7a5f9f3c11");
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456789Z");
  static final Claim CLAIM =
      new Claim(
          UUID.fromString("0b0b1ab2-3b36-4d0c-8f4e-a56f0d4b7a10"),
          "pvc-1",
          NOON,
          2 * Geometry.MIB,
          AccessType.FILESYSTEM,
          "ext4",
          Map.of("diskType", "hdd", "scrub", "zero"),
          "shop",
          "data-db-0",
          "pv-1");

  private Records() {}

  static DiskRecord free(int sectorSize) {
    return new DiskRecord(
        new Owner("disk.spindle.dev", "node-1"),
        DISK,
        Geometry.of(sectorSize, DISK_BYTES),
        State.FREE,
        null,
        null);
  }

  /** The same disk in any state, with what belongs to that. */
  static DiskRecord in(int sectorSize, State state) {
    return switch (state) {
      case FREE -> free(sectorSize);
      case CLAIMED -> free(sectorSize).claimed(CLAIM);
      case FORMATTING, FORMATTED -> free(sectorSize).claimed(CLAIM).in(state);
      case SCRUBBING -> scrubbed(sectorSize, 0);
    };
  }

  static DiskRecord scrubbed(int sectorSize, long bytesDone) {
    return free(sectorSize)
        .claimed(CLAIM)
        .scrubbing(new ScrubProgress(ScrubMethod.ZERO, bytesDone, NOON, NOON, ""));
  }

  /** Anything a record can say. */
  static Arbitrary<DiskRecord> any() {
    Arbitrary<Geometry> geometries =
        Combinators.combine(
                Arbitraries.of(512, 4096),
                Arbitraries.longs().between(Geometry.SMALLEST_DISK_BYTES, 1L << 50))
            .as(Geometry::of);
    Arbitrary<Owner> owners = Combinators.combine(words(), words()).as(Owner::new);
    return Combinators.combine(
            owners,
            Arbitraries.create(UUID::randomUUID),
            geometries,
            Arbitraries.of(State.class),
            claims(),
            scrubs())
        .as(
            (owner, guid, geometry, state, claim, scrub) ->
                new DiskRecord(
                    owner,
                    guid,
                    geometry,
                    state,
                    state == State.FREE ? null : claim,
                    state == State.SCRUBBING ? scrub : null));
  }

  private static Arbitrary<Claim> claims() {
    return Combinators.combine(
            Arbitraries.create(UUID::randomUUID),
            words(),
            instants(),
            Arbitraries.longs().greaterOrEqual(0),
            Arbitraries.of("ext4", "xfs", "").injectNull(0),
            Arbitraries.maps(words(), texts()).ofMaxSize(20),
            texts(),
            texts())
        .as(
            (uuid, name, at, capacity, filesystem, parameters, pvc, pv) ->
                new Claim(
                    uuid,
                    name,
                    at,
                    capacity,
                    filesystem.isEmpty() ? AccessType.BLOCK : AccessType.FILESYSTEM,
                    filesystem.isEmpty() ? null : filesystem,
                    parameters,
                    pvc,
                    pvc + "-name",
                    pv));
  }

  private static Arbitrary<ScrubProgress> scrubs() {
    return Combinators.combine(
            Arbitraries.of(ScrubMethod.class),
            Arbitraries.longs().greaterOrEqual(0),
            instants(),
            instants(),
            texts())
        .as(ScrubProgress::new);
  }

  private static Arbitrary<Instant> instants() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 253_402_300_799L),
            Arbitraries.longs().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }

  private static Arbitrary<String> words() {
    return Arbitraries.strings()
        .alpha()
        .numeric()
        .withChars(".-_/é")
        .ofMinLength(1)
        .ofMaxLength(63);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings().ascii().withChars("äπ").ofMaxLength(80);
  }
}
