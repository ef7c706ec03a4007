package dev.spindle.linux.testing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Says that tests need root and a real kernel. Without root they fail; they are skipped only when
 * somebody says {@code -Dkernel.tests=skip}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith(RequireRoot.Rule.class)
public @interface RequireRoot {
  /** Skips or fails. */
  final class Rule implements ExecutionCondition, BeforeAllCallback {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return skipped() ? disabled("-Dkernel.tests=skip") : enabled("kernel tests run");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
      check();
    }

    /** Whether somebody chose to do without kernel tests. */
    static boolean skipped() {
      return "skip".equals(System.getProperty("kernel.tests"));
    }

    /** Fails without root. */
    static void check() {
      try {
        if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
          throw new AssertionError("needs root, or -Dkernel.tests=skip to be left out");
        }
      } catch (IOException e) {
        throw new AssertionError("cannot tell whether this is root", e);
      }
    }
  }
}
