package dev.spindle.linux.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.ProgramException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProgramsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private final Programs programs = new Programs();

  @Test
  void aProgramIsFoundByName() throws IOException {
    assertThat(programs.find("sh").orElseThrow()).isAbsolute().isExecutable();
    assertThat(programs.find("no-such-program")).isEmpty();
    Files.writeString(folder.resolve("text"), "not executable");
    assertThat(new Programs(List.of(folder)).find("text")).isEmpty();
  }

  @Test
  void standardOutputIsTheAnswer() throws IOException {
    assertThat(shell("echo one; echo two")).isEqualTo("one\ntwo\n");
  }

  @Test
  void theEnvironmentIsPlainAndStandardInputEmpty() throws IOException {
    assertThat(shell("echo $LC_ALL $PATH $HOME $LANG; cat"))
        .isEqualTo("C /usr/sbin:/sbin:/usr/bin:/bin\n");
  }

  @Test
  void aFailureTellsStatusAndStandardError() {
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> shell("echo ignored; echo reason >&2; exit 3"))
        .withMessageContaining("exit status 3: reason");
  }

  @Test
  void aProgramThatIsNotThereIsAProgramException() {
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> programs.run(List.of("/none"), SOON))
        .withMessageStartingWith("/none: not started");
  }

  @Test
  void muchOutputOnBothStreamsBlocksNobodyAndTheEndIsKept() {
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(
            () ->
                shell(
                    "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero | tr '\\0' x >&2;"
                        + " echo last >&2; exit 1"))
        .satisfies(e -> assertThat(e.getMessage()).endsWith("xlast").hasSizeLessThan(9000));
  }

  @Test
  void aProgramThatOutlivesItsDeadlineIsKilledWithItsChildren() throws Exception {
    Path pids = folder.resolve("pids");
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(
            () ->
                programs.run(
                    sh("sleep 1000 & echo $! > " + pids + "; echo $$ >> " + pids + "; wait"),
                    Duration.ofMillis(500)))
        .withMessageEndingWith("killed after 0 s");
    for (String pid : Files.readAllLines(pids)) {
      assertGone(Long.parseLong(pid));
    }
  }

  @Test
  void anInterruptedCallerKillsTheProgramAndStaysInterrupted() throws Exception {
    Path pids = folder.resolve("pids");
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                while (!Files.exists(pids) || Files.size(pids) == 0) {
                  Thread.sleep(10);
                }
                caller.interrupt();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    interrupter.start();
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> shell("echo $$ > " + pids + "; exec sleep 1000"))
        .withMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    interrupter.join();
    assertGone(Long.parseLong(Files.readString(pids).strip()));
  }

  @Test
  void aChildThatKeepsTheOutputOpenIsNotWaitedFor() throws IOException {
    String answer = shell("echo started; sleep 1000 & echo $!");
    assertThat(answer).startsWith("started\n");
    long pid = Long.parseLong(answer.lines().skip(1).findFirst().orElseThrow());
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    assertGone(pid);
  }

  @Test
  void aTiedProgramRunsLikeAnyOther() throws IOException {
    assertThat(programs.runTied(sh("echo one; cat; echo $0 $LC_ALL"), SOON))
        .isEqualTo("one\n/bin/sh C\n");
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> programs.runTied(sh("echo ignored; echo reason >&2; exit 3"), SOON))
        .withMessageContaining("exit status 3: reason");
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> programs.runTied(List.of("/none"), SOON))
        .withMessageContaining("/none: exit status 127");
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> programs.runTied(sh("exec sleep 1000"), Duration.ofMillis(500)))
        .withMessageEndingWith("killed after 0 s");
  }

  @Test
  void aTiedProgramDiesWithItsCaller() throws Exception {
    Path pid = folder.resolve("pid");
    Process caller = TiedCaller.start(folder, "echo $$ > " + pid + "; exec sleep 1000");
    while (!Files.exists(pid) || Files.size(pid) == 0) {
      assertThat(caller.isAlive()).isTrue();
      Thread.sleep(10);
    }
    long program = Long.parseLong(Files.readString(pid).strip());
    assertThat(ProcessHandle.of(program)).isPresent();
    caller.destroyForcibly().waitFor();
    assertGone(program);
  }

  @Test
  void aProgramWhoseCallerDiesBeforeItIsTiedNeverRuns() throws Exception {
    Path slow = folder.resolve("setpriv");
    Path begun = folder.resolve("begun");
    Path goOn = folder.resolve("go-on");
    Path ran = folder.resolve("ran");
    Files.writeString(
        slow,
        "#!/bin/sh\necho $$ > %s\nwhile ! [ -e %s ]; do sleep 0.1; done\nexec /usr/bin/setpriv \"$@\"\n"
            .formatted(begun, goOn));
    Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
    Process caller = TiedCaller.start(folder, "touch " + ran);
    while (!Files.exists(begun) || Files.size(begun) == 0) {
      assertThat(caller.isAlive()).isTrue();
      Thread.sleep(10);
    }
    caller.destroyForcibly().waitFor();
    Files.createFile(goOn);
    assertGone(Long.parseLong(Files.readString(begun).strip()));
    assertThat(ran).doesNotExist();
  }

  private String shell(String script) throws IOException {
    return programs.run(sh(script), SOON);
  }

  private static List<String> sh(String script) {
    return List.of("/bin/sh", "-c", script);
  }

  private static void assertGone(long pid) {
    ProcessHandle.of(pid)
        .ifPresent(process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10)));
  }
}
