package dev.spindle.linux.exec;

import dev.spindle.linux.ProgramException;
import dev.spindle.linux.ProgramStart;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs external programs: from fixed directories, without a shell, in the C locale, with nothing on
 * standard input and a deadline.
 */
public final class Programs {
  /** How long a killed program may take to be gone before it is said to be still running. */
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

  private static final File NOTHING = new File("/dev/null");

  private static final int ERROR_LIMIT = 8 << 10;
  private static final int OUTPUT_LIMIT = 1 << 20;

  private final List<Path> directories;

  /** A program that came to its end, and what it wrote. */
  record Ended(int status, String output, String error) {
    private String orThrow(String spoken) throws ProgramException {
      if (status != 0) {
        throw new ProgramException(spoken, "exit status " + status, error);
      }
      return output;
    }
  }

  /** Of the usual directories of the system. */
  public Programs() {
    this(List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin"), Path.of("/bin")));
  }

  /** Of given directories, the first of which that has a program counts. */
  public Programs(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /** Where a program is. */
  public Optional<Path> find(String name) {
    return directories.stream()
        .map(directory -> directory.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** The directories that are searched, as PATH has them. */
  public String searched() {
    return directories.stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  /**
   * Runs a program to its end.
   *
   * @param command the program's absolute path and its arguments
   * @return what it wrote to standard output (the last MiB)
   * @throws ProgramException if it cannot be started, ends with another status than 0, outlives the
   *     deadline or the calling thread is interrupted; in the last two cases it is killed with all
   *     that it started
   */
  public String run(List<String> command, Duration deadline) throws IOException {
    String spoken = String.join(" ", command);
    return await(start(command, Redirect.from(NOTHING), spoken), deadline, spoken).orThrow(spoken);
  }

  /**
   * Runs a program to its end and returns its exit status, for programs that answer by it.
   *
   * @throws ProgramException as {@link #run}, but for the status
   */
  public int status(List<String> command, Duration deadline) throws IOException {
    String spoken = String.join(" ", command);
    return await(start(command, Redirect.from(NOTHING), spoken), deadline, spoken).status();
  }

  /**
   * As {@link #run}, with a program that never outlives its caller: if this process dies, even by
   * SIGKILL, the kernel kills the program (PR_SET_PDEATHSIG). It is not run before that is
   * arranged, so that there is no moment at which it could be orphaned.
   */
  public String runTied(List<String> command, Duration deadline) throws IOException {
    return endTied(command, deadline).orThrow(String.join(" ", command));
  }

  /** The same, where every exit status is an answer. */
  Ended endTied(List<String> command, Duration deadline) throws IOException {
    String spoken = String.join(" ", command);
    List<String> tied = new ArrayList<>();
    tied.addAll(List.of(required("setpriv"), "--pdeathsig", "KILL"));
    // Says that the signal is arranged, then waits for a line, which a dead caller never sends.
    tied.addAll(List.of(required("sh"), "-c", "echo && read -r go && exec \"$@\"", "tied"));
    tied.addAll(command);
    Process process = start(tied, Redirect.PIPE, spoken);
    try (OutputStream go = process.getOutputStream()) {
      if (process.getInputStream().read() == '\n') {
        go.write('\n');
      }
    } catch (IOException ended) {
      // Its status and its words say why.
    }
    return await(process, deadline, spoken);
  }

  /** Why {@link #runTied} cannot be used; empty if it can. */
  public String missingToTie() {
    return Stream.of("setpriv", "sh")
        .filter(name -> find(name).isEmpty())
        .map(name -> name + " was not found in " + searched())
        .collect(Collectors.joining(", "));
  }

  /**
   * Where a program is.
   *
   * @throws ProgramException if it is not there
   */
  String required(String name) throws ProgramException {
    return find(name)
        .orElseThrow(() -> new ProgramException(name, "not found in " + searched(), ""))
        .toString();
  }

  private static Ended await(Process process, Duration deadline, String spoken) throws IOException {
    try (Drain output = new Drain(process.getInputStream(), OUTPUT_LIMIT);
        Drain error = new Drain(process.getErrorStream(), ERROR_LIMIT)) {
      if (!ended(process, deadline, spoken)) {
        String outcome = "killed after " + deadline.toSeconds() + " s";
        throw new ProgramException(spoken, outcome + kill(process), error.text());
      }
      return new Ended(process.exitValue(), output.text(), error.text());
    }
  }

  private Process start(List<String> command, Redirect input, String spoken)
      throws ProgramException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(input);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", searched());
    environment.put("LC_ALL", "C");
    try {
      return ProgramStart.of(builder);
    } catch (IOException e) {
      ProgramException failure = new ProgramException(spoken, "not started", "" + e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  private static boolean ended(Process process, Duration deadline, String spoken)
      throws ProgramException {
    try {
      return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      String still = kill(process);
      Thread.currentThread().interrupt();
      throw new ProgramException(spoken, "interrupted" + still, "");
    }
  }

  /**
   * Kills a process and its descendants; says so if one does not go, as when it waits for a disk.
   */
  private static String kill(Process process) {
    List<ProcessHandle> doomed =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    doomed.forEach(ProcessHandle::destroyForcibly);
    long start = System.nanoTime();
    boolean interrupted = false;
    while (doomed.stream().anyMatch(ProcessHandle::isAlive)
        && System.nanoTime() - start < KILL_PATIENCE.toNanos()) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return doomed.stream().anyMatch(ProcessHandle::isAlive) ? ", and still running" : "";
  }
}
