package io.vdotools.tool.repair;

import io.vdotools.check.CheckOptions;
import io.vdotools.device.BlockDevice;
import io.vdotools.problem.ProblemCode;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What to repair, and with how much.
 *
 * @param check how thoroughly to check before and after, and with what threads and memory
 * @param only the problems to treat; empty for all
 * @param except problems not to treat
 * @param hint an older image of the volume, null if there is none
 */
public record RepairOptions(
    CheckOptions check,
    Set<ProblemCode> only,
    Set<ProblemCode> except,
    @Nullable BlockDevice hint) {
  /** Copies the sets. */
  public RepairOptions {
    only = Set.copyOf(only);
    except = Set.copyOf(except);
  }

  /** {@return a repair of all that can be repaired} */
  public static RepairOptions all(CheckOptions check) {
    return new RepairOptions(check, Set.of(), Set.of(), null);
  }

  /** {@return whether problems are to be treated} */
  Predicate<ProblemCode> wanted() {
    return code -> (only.isEmpty() || only.contains(code)) && !except.contains(code);
  }
}
