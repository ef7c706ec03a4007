package dev.spindle.driver.listing;

import dev.spindle.disks.claim.Capacity;
import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.disks.claim.DiskPool;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.health.Health;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.scrub.ScrubView;
import dev.spindle.linux.sysfs.SysDisk;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Disks, volumes, capacity and scrubs for Prometheus, in the words of the other listings. Made anew
 * for each scrape from what the driver has in memory; no disk is touched.
 */
public final class DiskMetrics implements MultiCollector {
  private static final ClassParameters ANY = ClassParameters.parse(Map.of());

  private final DiskPool pool;

  /** Of a running driver's disks. */
  public DiskMetrics(DiskPool pool) {
    this.pool = pool;
  }

  @Override
  public MetricSnapshots collect() {
    List<Examined> all = pool.inventory().disks();
    List<Gauge> gauges = new ArrayList<>();
    Capacity capacity = pool.claims().capacity(ANY);
    gauges.add(
        new Gauge("spindle_ready", "Whether every disk has been looked at once.")
            .add(pool.claims().ready() ? 1 : 0));
    gauges.add(
        new Gauge("spindle_capacity_bytes", "Room for new volumes on all disks of this node.")
            .add(capacity.availableBytes()));
    gauges.add(
        new Gauge("spindle_largest_volume_bytes", "The largest volume that can be made here.")
            .add(capacity.largestBytes()));
    gauges.addAll(disks(all.stream().filter(pool.inventory()::concerns).toList()));
    gauges.addAll(volumes(VolumeLine.of(all)));
    gauges.addAll(scrubs(pool.scrubs()));
    gauges.addAll(health(pool.health()));
    gauges.sort(Comparator.comparing(Gauge::name));
    return new MetricSnapshots(gauges.stream().<MetricSnapshot>map(Gauge::snapshot).toList());
  }

  private static List<Gauge> disks(List<Examined> disks) {
    Gauge sizes = new Gauge("spindle_disk_size_bytes", "Disks of this driver, and what they are.");
    Gauge states = new Gauge("spindle_disk_state", "1 for the state that a disk is in.");
    Gauge reasons = new Gauge("spindle_disk_reason", "1 for each reason not to take a disk.");
    for (Examined examined : disks) {
      SysDisk disk = examined.disk().device();
      String type = DiskKind.of(disk).word();
      sizes.add(
          disk.sizeBytes(),
          Labels.of("disk", disk.name(), "type", type, "model", disk.model())
              .merge(Labels.of("serial", disk.serial(), "wwn", disk.wwn())));
      states.add(1, Labels.of("disk", disk.name(), "state", Listed.verdict(examined.verdict())));
      examined.verdict().reasons().stream()
          .map(Reason::code)
          .distinct()
          .forEach(code -> reasons.add(1, Labels.of("disk", disk.name(), "reason", code.word())));
    }
    return List.of(sizes, states, reasons);
  }

  private static List<Gauge> volumes(List<VolumeLine> volumes) {
    Gauge sizes = new Gauge("spindle_volume_size_bytes", "Volumes of this node, and whose.");
    for (VolumeLine line : volumes) {
      if (line.record().scrub() == null) {
        sizes.add(
            line.claim().capacityBytes(),
            Labels.of("volume_id", String.valueOf(Listed.volumeId(line.record())))
                .merge(Labels.of("disk", line.disk(), "state", Listed.state(line.record())))
                .merge(Labels.of("namespace", line.claim().pvcNamespace()))
                .merge(Labels.of("persistentvolumeclaim", line.claim().pvcName())));
      }
    }
    return List.of(sizes);
  }

  private static List<Gauge> health(Health health) {
    Gauge disks = new Gauge("spindle_disk_health", "1 for each thing that ails a disk.");
    Gauge volumes = new Gauge("spindle_volume_health", "1 for each thing that ails a volume.");
    health
        .disks()
        .forEach(
            (disk, ailments) ->
                ailments.forEach(
                    one -> disks.add(1, Labels.of("disk", disk, "reason", one.kind().word()))));
    health
        .volumes()
        .forEach(
            (volume, ailments) ->
                ailments.forEach(
                    one ->
                        volumes.add(
                            1,
                            Labels.of("volume_id", volume.toString())
                                .merge(Labels.of("reason", one.kind().word())))));
    return List.of(disks, volumes);
  }

  static List<Gauge> scrubs(List<ScrubView> scrubs) {
    Gauge total = new Gauge("spindle_scrub_size_bytes", "Bytes to erase on disks being scrubbed.");
    Gauge done = new Gauge("spindle_scrub_done_bytes", "Of these, erased and flushed.");
    Gauge rate = new Gauge("spindle_scrub_bytes_per_second", "How fast, since the scrub began.");
    Gauge left = new Gauge("spindle_scrub_remaining_seconds", "Until the end, at that rate.");
    Gauge next =
        new Gauge(
            "spindle_scrub_next_attempt_timestamp_seconds",
            "When a scrub that failed is tried again, in Unix time.");
    Gauge failing = new Gauge("spindle_scrub_failing", "1 where the last attempt ended in error.");
    for (ScrubView scrub : scrubs) {
      Labels disk = Labels.of("disk", scrub.disk());
      total.add(scrub.bytes(), disk);
      done.add(scrub.bytesDone(), disk);
      scrub.bytesPerSecond().ifPresent(value -> rate.add(value, disk));
      scrub.secondsRemaining().ifPresent(value -> left.add(value, disk));
      scrub.nextAttempt().ifPresent(at -> next.add(at.getEpochSecond(), disk));
      failing.add(scrub.lastError().isEmpty() ? 0 : 1, disk);
    }
    return List.of(total, done, rate, left, next, failing);
  }
}
