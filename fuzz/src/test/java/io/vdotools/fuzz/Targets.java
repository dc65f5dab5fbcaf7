package io.vdotools.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The targets, by the names that they are asked for by. */
final class Targets {
  /**
   * A target.
   *
   * @param run takes one input
   * @param slice how many inputs it is given in a run of all tests: about a second's worth
   * @param longest how long an input may be, in bytes, to reach everything
   * @param instrumented the classes whose edges a fuzzer watches: the fewer, the faster
   */
  record Target(Run run, int slice, int longest, String instrumented) {}

  /** Takes one input; throws if something is wrong with us. */
  @FunctionalInterface
  interface Run {
    void accept(byte[] input);
  }

  private static final String STRUCTURES = "io.vdotools.format.**:io.vdotools.bytes.**";
  private static final String VOLUMES =
      STRUCTURES + ":io.vdotools.engine.**:io.vdotools.check.**:io.vdotools.problem.**";
  private static final String REPAIR = VOLUMES + ":io.vdotools.tool.repair.**";
  private static final String DEVICES = "io.vdotools.device.**";
  private static final String DUMPS = "io.vdotools.xml.**:io.vdotools.model.**:" + VOLUMES;
  private static final String PACKS = "io.vdotools.pack.**";
  private static final String TOOLS = "io.vdotools.cli.**:io.vdotools.tool.**";

  private static final Map<String, Target> ALL =
      new TreeMap<>(
          Map.of(
              "BadSectorsTarget", new Target(BadSectorsTarget::fuzzerTestOneInput, 60, 100, TOOLS),
              "CheckTarget", new Target(CheckTarget::fuzzerTestOneInput, 200, 200, VOLUMES),
              "CommandLineTarget",
                  new Target(CommandLineTarget::fuzzerTestOneInput, 300, 100, TOOLS),
              "DecodersTarget",
                  new Target(DecodersTarget::fuzzerTestOneInput, 200_000, 4098, STRUCTURES),
              "PackTarget", new Target(PackTarget::fuzzerTestOneInput, 60, 120, PACKS),
              "ReadTarget", new Target(ReadTarget::fuzzerTestOneInput, 300, 200, VOLUMES),
              "RepairTarget", new Target(RepairTarget::fuzzerTestOneInput, 40, 200, REPAIR),
              "ReplayTarget", new Target(ReplayTarget::fuzzerTestOneInput, 60, 200, VOLUMES),
              "UndoFileTarget",
                  new Target(UndoFileTarget::fuzzerTestOneInput, 1000, 16 * 4096, DEVICES),
              "XmlTarget", new Target(XmlTarget::fuzzerTestOneInput, 200, 120, DUMPS)));

  private Targets() {}

  static List<String> names() {
    return new ArrayList<>(ALL.keySet());
  }

  /**
   * {@return the target of a name}
   *
   * @throws IllegalArgumentException if there is none
   */
  static Target named(String name) {
    var target = ALL.get(name);
    if (target == null) {
      throw new IllegalArgumentException(name + " is none of " + ALL.keySet());
    }
    return target;
  }
}
