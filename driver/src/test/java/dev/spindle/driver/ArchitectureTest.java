package dev.spindle.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.spindle.linux.ProgramStart;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** The directions between modules and packages, and what no class here may be. */
@AnalyzeClasses(packages = "dev.spindle", importOptions = ArchitectureTest.WrittenMainCode.class)
final class ArchitectureTest {
  /** No tests, which other modules bring along in jars, and no generated messages. */
  static final class WrittenMainCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/dev/spindle/record/")
          && !location.contains("test-classes")
          && !location.contains("tests.jar");
    }
  }

  @ArchTest
  static final ArchRule onlyTheNativePackageKnowsJnr =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.spindle.linux.jnr..")
          .and()
          .doNotHaveFullyQualifiedName(ExistingSocket.class.getName())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "com.kenai..");

  @ArchTest
  static final ArchRule theDriverKnowsOnlyTheSocketsOfJnr =
      noClasses()
          .that()
          .haveFullyQualifiedName(ExistingSocket.class.getName())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr.ffi..", "jnr.posix..", "jnr.constants..", "com.kenai..");

  @ArchTest
  static final ArchRule disksKnowNoGrpc =
      noClasses()
          .that()
          .resideInAPackage("dev.spindle.disks..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "csi.v1..");

  @ArchTest
  static final ArchRule mountingKnowsNoGrpc =
      noClasses()
          .that()
          .resideInAPackage("dev.spindle.node.mount..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "csi.v1..", "dev.spindle.rpc..");

  @ArchTest
  static final ArchRule whatServicesShareKnowsNoDisks =
      noClasses()
          .that()
          .resideInAPackage("dev.spindle.rpc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.spindle.disks..", "dev.spindle.linux..");

  @ArchTest
  static final ArchRule controllerKnowsNoOtherService =
      noClasses()
          .that()
          .resideInAPackage("dev.spindle.controller..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.spindle.node..", "dev.spindle.identity..");

  @ArchTest
  static final ArchRule nodeKnowsNoOtherService =
      noClasses()
          .that()
          .resideInAPackage("dev.spindle.node..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.spindle.controller..", "dev.spindle.identity..");

  @ArchTest
  static final ArchRule identityKnowsNoOtherServiceAndNoDisks =
      noClasses()
          .that()
          .resideInAPackage("dev.spindle.identity..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.spindle.controller..",
              "dev.spindle.node..",
              "dev.spindle.disks..",
              "dev.spindle.linux..");

  @ArchTest
  static final ArchRule linuxKnowsNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage("dev.spindle.linux..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.spindle.disks..",
              "dev.spindle.rpc..",
              "dev.spindle.controller..",
              "dev.spindle.node..",
              "dev.spindle.identity..",
              "dev.spindle.driver..",
              "csi.v1..",
              "io.grpc..");

  /** Or a child has a copy of a descriptor that is being closed. */
  @ArchTest
  static final ArchRule programsAreStartedInOnePlace =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ProgramStart.class.getName())
          .should()
          .callMethod(ProcessBuilder.class, "start");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.spindle.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule commandsAreTheOutermost =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.spindle.driver.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.spindle.driver.cli..");

  @ArchTest
  static final ArchRule noClassIsADrawer =
      noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager|Impl|Common|Base)(\\$.*)?");

  @ArchTest
  static final ArchRule onlyCommandsUseStandardStreams =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.spindle.driver.cli..")
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule onlyCommandsKnowPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.spindle.driver.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses all) {
    Set<String> unmarked = new TreeSet<>();
    for (JavaClass one : all) {
      if (!one.getPackage().isAnnotatedWith(NullMarked.class)) {
        unmarked.add(one.getPackageName());
      }
    }
    assertThat(all).isNotEmpty();
    assertThat(unmarked).isEmpty();
  }
}
