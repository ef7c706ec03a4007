package dev.spindle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountOptionsTest {
  @Test
  void nothingAsksForNothing() {
    assertThat(MountOptions.parse(List.of())).isEqualTo(new MountOptions(0, ""));
    assertThat(MountOptions.parse(List.of("", " , ,"))).isEqualTo(new MountOptions(0, ""));
    assertThat(MountOptions.parse(List.of("defaults"))).isEqualTo(new MountOptions(0, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "ro, 0x1",
    "nosuid, 0x2",
    "nodev, 0x4",
    "noexec, 0x8",
    "sync, 0x10",
    "dirsync, 0x80",
    "nosymfollow, 0x100",
    "noatime, 0x400",
    "nodiratime, 0x800",
    "silent, 0x8000",
    "relatime, 0x200000",
    "iversion, 0x800000",
    "strictatime, 0x1000000",
    "lazytime, 0x2000000"
  })
  void knownWordsAreFlags(String word, String flag) {
    assertThat(MountOptions.parse(List.of(word)))
        .isEqualTo(new MountOptions(Long.decode(flag), ""));
  }

  @ParameterizedTest
  @CsvSource({
    "ro;rw, 0",
    "rw;ro, 1",
    "nosuid;suid, 0",
    "noexec;exec;noexec, 8",
    "noatime;atime, 0",
    "strictatime;noatime, 0x400",
    "noatime;strictatime, 0x1000000",
    "noatime;relatime, 0x200000",
    "relatime;norelatime, 0",
    "lazytime;nolazytime, 0",
    "silent;loud, 0",
    "nosymfollow;symfollow, 0",
    "sync;async, 0",
    "ro;defaults, 1"
  })
  void theLastOfContradictingWordsWins(String words, String flags) {
    MountOptions expected = new MountOptions(Long.decode(flags), "");
    assertThat(MountOptions.parse(List.of(words.split(";")))).isEqualTo(expected);
    assertThat(MountOptions.parse(List.of(words.replace(';', ',')))).isEqualTo(expected);
  }

  @Test
  void theRestIsDataInItsOrder() {
    assertThat(MountOptions.parse(List.of("noatime,commit=5", "discard", "ro,errors=panic")))
        .isEqualTo(new MountOptions(0x401, "commit=5,discard,errors=panic"));
  }

  @Test
  void commasWithinQuotesSeparateNothing() {
    String context = "context=\"system_u:object_r:container_file_t:s0:c1,c2\"";
    assertThat(MountOptions.parse(List.of(context + ",noatime")))
        .isEqualTo(new MountOptions(0x400, context));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MountOptions.parse(List.of("context=\"open,ro")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"context", "fscontext", "defcontext", "rootcontext"})
  void theContextsOfSelinuxMayBeQuoted(String name) {
    String option = name + "=\"u:r:t:s0:c1,c2\"";
    assertThat(MountOptions.parse(List.of(option))).isEqualTo(new MountOptions(0, option));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usrjquota=\"a,journal_path=/dev/sdx,errors=panic,x=b\"",
        "usrjquota=a\"b,errors=panic\"",
        "usrjquota\"a,errors=panic\"",
        "x-usrjquota=\"a,errors=panic\"",
        "context=\"a,b\",usrjquota=\"a,errors=panic\""
      })
  void quotesInAnyOtherOptionAreRefusedByItsName(String options) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MountOptions.parse(List.of(options)))
        .withMessageContaining("quote in mount option")
        .withMessageContaining("usrjquota")
        .withMessageNotContainingAny("panic", "/dev/sdx", "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bind",
        "rbind",
        "move",
        "remount",
        "shared",
        "rshared",
        "private",
        "rprivate",
        "slave",
        "rslave",
        "unbindable",
        "runbindable",
        "loop=/dev/loop7",
        "offset=1048576",
        "user",
        "X-mount.subdir=a"
      })
  void wordsThatChangeWhatIsMountedAreRefused(String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MountOptions.parse(List.of("noatime," + word)))
        .withMessageContaining(word.replaceFirst("=.*", ""))
        .withMessageNotContaining("=");
  }

  @Test
  void whatOnlyFstabHasAUseForIsLeftOut() {
    List<String> fstab = List.of("_netdev,nofail,auto,noauto,x-systemd.automount", "comment=a");

    assertThat(MountOptions.parse(fstab)).isEqualTo(new MountOptions(0, ""));
  }

  @Test
  void anOpenQuoteIsNamedWithoutWhatIsInIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MountOptions.parse(List.of("ro,password=\"hunter2")))
        .withMessageContaining("password")
        .withMessageNotContaining("hunter2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MountOptions.parse(List.of("ro,password\"hunter2")))
        .withMessageContaining("password")
        .withMessageNotContaining("hunter2");
  }

  @Test
  void whatAMountLacksIsNamedButForReadOnly() {
    MountOptions wanted = MountOptions.parse(List.of("ro,noexec,nodev,noatime,commit=5"));

    assertThat(wanted.lackedBy(mount("rw", "noatime"))).containsExactly("nodev", "noexec");
    assertThat(wanted.lackedBy(mount("rw", "noatime", "nodev", "noexec"))).isEmpty();
    assertThat(wanted.readOnly()).isTrue();
    assertThat(MountOptions.parse(List.of("ro,rw")).readOnly()).isFalse();
  }

  @Test
  void aMountAgreesIfItHasTheFlagsAndNoOthers() {
    MountOptions wanted = MountOptions.parse(List.of("ro,noatime"));
    assertThat(wanted.agreesWith(mount("ro", "noatime"))).isTrue();
    assertThat(wanted.agreesWith(mount("rw", "noatime"))).isFalse();
    assertThat(wanted.agreesWith(mount("ro", "relatime"))).isFalse();
    assertThat(wanted.agreesWith(mount("ro", "noatime", "noexec"))).isFalse();
    MountOptions plain = MountOptions.parse(List.of());
    assertThat(plain.agreesWith(mount("rw", "relatime"))).isTrue();
    assertThat(plain.agreesWith(mount("ro", "relatime"))).isFalse();
  }

  private static Mount mount(String... options) {
    return new Mount(
        new DeviceNumber(8, 1),
        "/",
        Path.of("/mnt"),
        List.of(options),
        "ext4",
        "/dev/sda1",
        List.of("rw"));
  }
}
