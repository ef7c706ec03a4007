package dev.spindle.driver;

import dev.spindle.controller.ControllerService;
import dev.spindle.disks.Owner;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.DiskPool;
import dev.spindle.disks.claim.Repair;
import dev.spindle.disks.claim.Wipe;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.driver.listing.DiskMetrics;
import dev.spindle.identity.IdentityService;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.MountTable;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.exec.LoopDevices;
import dev.spindle.linux.exec.Programs;
import dev.spindle.node.NodeInfo;
import dev.spindle.node.NodeService;
import dev.spindle.node.mount.Expanding;
import dev.spindle.node.mount.Host;
import dev.spindle.node.mount.Publishing;
import dev.spindle.node.mount.Staging;
import dev.spindle.node.mount.VolumeUsage;
import dev.spindle.rpc.CallLog;
import dev.spindle.rpc.CallMetrics;
import dev.spindle.rpc.HealthReport;
import dev.spindle.rpc.InFlight;
import dev.spindle.rpc.NodeTopology;
import dev.spindle.rpc.StatusTranslation;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the services together over a {@link Machine}, which puts the kernel's parts together. */
public final class Wiring {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  private Wiring() {}

  /**
   * Starts a driver; when this returns its socket answers.
   *
   * @throws IOException with a sentence, if another driver is there or the socket cannot be made
   */
  public static RunningDriver start(Settings settings) throws IOException {
    return start(settings, Machine.local());
  }

  /** The same on a given machine: on one that fails, for instance. */
  public static RunningDriver start(Settings settings, Machine machine) throws IOException {
    DriverLock lock = DriverLock.take(settings.policy().owner().driverName());
    try {
      ExistingSocket.clear(settings.socket());
      return start(settings, machine, lock);
    } catch (IOException | RuntimeException failed) {
      lock.close();
      throw failed;
    }
  }

  private static RunningDriver start(Settings settings, Machine machine, DriverLock lock)
      throws IOException {
    DiskPool pool =
        DiskPool.start(
            machine.hardware(),
            machine.filesystems(),
            settings.policy(),
            settings.scrubBytesPerSecond());
    List<ServerInterceptor> interceptors = new ArrayList<>();
    Optional<MetricsEndpoint> metrics = Optional.empty();
    try {
      if (settings.metrics().isPresent()) {
        metrics = Optional.of(metrics(settings.metrics().get(), pool, interceptors));
      }
      interceptors.addAll(List.of(new CallLog(), new StatusTranslation()));
      CsiServer server =
          CsiServer.start(settings.socket(), services(settings, pool, machine), interceptors);
      LOG.info(
          "{}", StartLine.of(settings, topology(settings.policy().owner()), machine.filesystems()));
      return new RunningDriver(server, pool, metrics, lock);
    } catch (IOException | RuntimeException failed) {
      metrics.ifPresent(MetricsEndpoint::close);
      pool.close();
      throw failed;
    }
  }

  /** Nothing of this is loaded where nobody asks for metrics. */
  private static MetricsEndpoint metrics(
      MetricsAddress address, DiskPool pool, List<ServerInterceptor> interceptors)
      throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new DiskMetrics(pool));
    interceptors.add(new CallMetrics(registry));
    MetricsEndpoint endpoint = MetricsEndpoint.start(address, registry);
    LOG.info("metrics are at port {}, path /metrics", endpoint.port());
    return endpoint;
  }

  private static List<BindableService> services(Settings settings, DiskPool pool, Machine machine) {
    Host host = machine.host();
    Owner owner = settings.policy().owner();
    Claims claims = pool.claims();
    NodeTopology here = topology(owner);
    InFlight inFlight = new InFlight();
    IdentityService identity =
        new IdentityService(owner.driverName(), Version.current(), claims::ready);
    ControllerService controller = new ControllerService(claims, here, inFlight);
    NodeService node =
        new NodeService(
            new NodeInfo(settings.nodeName(), here, claims),
            new NodeService.Parts(
                new Staging(claims, host),
                new Publishing(claims, host),
                new VolumeUsage(claims, host),
                new Expanding(claims, host, machine.growers())),
            inFlight);
    if (!settings.alphaHealth()) {
      return List.of(identity, controller, node);
    }
    HealthReport health = new HealthAnswers(claims, pool.health());
    return List.of(identity, controller.with(health), node.with(health));
  }

  /** The label that ties volumes to this node. */
  static NodeTopology topology(Owner owner) {
    return new NodeTopology(owner.driverName() + "/node", owner.topologyValue());
  }

  /**
   * Looks at every disk once, as the driver would, and writes nothing.
   *
   * @throws IOException if the kernel's list of disks cannot be read
   */
  public static List<Examined> look(Policy policy) throws IOException {
    try (Inventory inventory = new Inventory(Machine.local().hardware(), policy, true)) {
      inventory.refresh();
      return inventory.disks();
    }
  }

  /** What erases a disk at a person's word. */
  public static Wipe wipe(Policy policy) {
    return new Wipe(Machine.local().hardware(), policy);
  }

  /** What mends a disk of ours at a person's word. */
  public static Repair repair(Policy policy) {
    return new Repair(Machine.local().hardware(), policy);
  }

  /** The filesystems that can be made on this node. */
  public static Filesystems filesystems() {
    return Machine.local().filesystems();
  }

  /** Block devices of files, for demonstrations. */
  public static LoopDevices loopDevices() {
    return new LoopDevices(new Programs(), Machine.local().devices());
  }

  /** The mounts of this process, and what changes them. */
  public static Mounts mounts() {
    return Machine.local().mounts();
  }

  /** The mount table of this process. */
  public static MountTable mountTable() {
    return Machine.local().table();
  }
}
