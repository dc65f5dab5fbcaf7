package io.vdotools.rig;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.Place;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.Gathered;
import io.vdotools.testing.ToolRun;
import io.vdotools.tool.repair.RepairCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Damaged volumes that are repaired, and copies of them that the driver is made to rebuild. */
final class RepairTrials {
  /** The logical size of all volumes: two trees of the block map have two leaves. */
  static final int LOGICAL_BLOCKS = 49_532;

  private static final int LEAF = BlockMapPage.ENTRIES;

  /** What is looked at: the leaves that hold something. The driver takes its time to read more. */
  private static final int[] LBNS =
      IntStream.concat(IntStream.range(0, 9 * LEAF), IntStream.range(60 * LEAF, LOGICAL_BLOCKS))
          .toArray();

  private static final String START = LOGICAL_BLOCKS + Lab.WITHOUT_INDEX + "\n";
  private static final String ALL_DONE = "all done";
  private static final String OF_DATA = "compressed-block";
  private static final int CORRECTED = 1;
  private static final int TOLD = 5;

  private final Lab lab;
  private final List<String> rows = new ArrayList<>();
  private int number;

  RepairTrials(Lab lab) {
    this.lab = lab;
  }

  /** {@return how many were judged} */
  int made() {
    return rows.size();
  }

  /** {@return what became of each, as a table} */
  String table() {
    return "| damage | to a volume that | lost by forced rebuild | lost by repair |\n"
        + "|---|---|---|---|\n"
        + String.join("\n", rows);
  }

  /**
   * One damage, and what is made of it.
   *
   * @param title the damage, in words
   * @param damaged what our reader reads from the damaged volume
   * @param promised what it reads from the repaired one
   * @param named what the repair says to be lost
   */
  private record Case(
      String title,
      Path repaired,
      Path rebuilt,
      List<Long> damaged,
      List<Long> promised,
      List<LbnSet> named) {
    boolean isNamed(long lbn) {
      return named.stream().anyMatch(set -> !set.within(lbn, lbn + 1).isEmpty());
    }
  }

  /**
   * What became of the logical blocks, compared with the volume before it was damaged: indexes of
   * {@link #LBNS}.
   */
  private record Toll(List<Integer> errors, List<Integer> zeros, List<Integer> others) {
    static Toll of(List<Long> before, List<Long> after) {
      var toll = new Toll(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < before.size(); i++) {
        // Of a volume that does not start nothing can be read.
        long now = after.isEmpty() ? BlockHash.UNREADABLE : after.get(i);
        if (now != before.get(i)) {
          (now == BlockHash.UNREADABLE ? toll.errors : now == 0 ? toll.zeros : toll.others).add(i);
        }
      }
      return toll;
    }

    int lost() {
      return errors.size() + zeros.size() + others.size();
    }

    Stream<Integer> all() {
      return Stream.of(errors, zeros, others).flatMap(List::stream);
    }

    @Override
    public String toString() {
      if (lost() == 0) {
        return "nothing";
      }
      var parts = new ArrayList<String>();
      if (!zeros.isEmpty()) {
        parts.add(zeros.size() + " read as zeros");
      }
      if (!errors.isEmpty()) {
        parts.add(errors.size() + " cannot be read");
      }
      if (!others.isEmpty()) {
        parts.add(others.size() + " hold something else");
      }
      return String.join(", ", parts);
    }
  }

  /**
   * Tries several damages in one machine.
   *
   * @param sound the volume before it is damaged
   * @param kind what it is, for the table
   * @param damages their names and places, as {@code vdo_image corrupt} takes them; an empty one
   *     leaves the volume as it is
   */
  void make(Path sound, String kind, List<String> damages) throws IOException {
    lab.attempt(kind + " " + damages, () -> tryAll(sound, kind, damages));
  }

  private void tryAll(Path sound, String kind, List<String> damages)
      throws IOException, VdoException {
    var before = read(sound);
    var cases = new ArrayList<Case>();
    var disks = new ArrayList<Path>();
    var script = new StringBuilder();
    for (String damage : damages) {
      var one = prepare(sound, damage);
      cases.add(one);
      for (var image : List.of(one.repaired(), one.rebuilt())) {
        String disk = Lab.device(disks.size());
        String hashes = Lab.device(disks.size() + 1);
        disks.add(image);
        disks.add(hashFile(image));
        script
            .append("start " + disk + " " + START)
            .append(
                "echo " + disk + " is $(dmsetup status vdo-" + disk + ")\nsettle " + disk + "\n")
            .append(view(disk))
            .append("wl /dev/mapper/view-" + disk + " hash /dev/" + hashes + "\n")
            .append("dmsetup remove view-" + disk + "; stop " + disk + "; sync\n");
      }
    }
    script.append("dmesg | grep -i vdo | sed 's/^/log: /'\necho " + ALL_DONE + "\n");

    var said = lab.rig().boot(script.toString(), disks);

    if (!said.has(ALL_DONE)) {
      throw new IOException("the machine did not come to its end: " + said);
    }
    for (int i = 0; i < cases.size(); i++) {
      var one = cases.get(i);
      judge(one, kind, before, hashes(disks.get(4 * i + 1)), hashes(disks.get(4 * i + 3)));
      String disk = Lab.device(4 * i);
      if (!said.has("/dev/" + disk + " normal - ")) {
        lab.tell(one.repaired(), List.of("the driver does not load it as usual: " + said));
      }
    }
    lab.discard(disks);
  }

  /** A device of only those blocks that are looked at. */
  private static String view(String disk) {
    int sectors = 9 * LEAF * 8;
    return "printf '0 %d linear /dev/mapper/vdo-%s 0\\n%d %d linear /dev/mapper/vdo-%s %d\\n'"
            .formatted(
                sectors, disk, sectors, (LOGICAL_BLOCKS - 60 * LEAF) * 8, disk, 60 * LEAF * 8)
        + " | dmsetup create view-%s; dmsetup mknodes view-%s\n".formatted(disk, disk);
  }

  private Case prepare(Path sound, String damage) throws IOException, VdoException {
    String name = Lab.nameOf(sound) + "-" + ++number;
    var damaged = lab.copy(sound, name + "-damaged");
    if (!damage.isEmpty()) {
      inflict(damage, damaged);
    }
    var rebuilt = lab.copy(damaged, name + "-rebuilt");
    for (String tool : List.of("vdoreadonly", "vdoforcerebuild")) {
      var said = lab.rig().tool(tool, rebuilt);
      if (said.exitStatus() != 0) {
        lab.note(Lab.nameOf(rebuilt) + ": " + tool + ": " + said);
      }
    }
    var repaired = damaged.resolveSibling(name + "-repaired.img");
    var arguments = new ArrayList<Object>(List.of("--json", "--force", "--output", repaired));
    if (damage.startsWith(OF_DATA)) {
      // Nobody reads data unless that is asked for.
      arguments.add("--thorough");
    }
    arguments.add(damaged);
    var run = ToolRun.of(new RepairCommand(), arguments.toArray());
    if (run.status() > CORRECTED) {
      lab.note(name + " (" + damage + "): vdo_repair: " + run);
    }
    if (!Files.exists(repaired)) {
      // There was nothing to do.
      lab.copy(damaged, name + "-repaired");
    }
    var one =
        new Case(
            damage.isEmpty() ? "none" : damage.replace("lbn:", "of LBN "),
            repaired,
            rebuilt,
            read(damaged),
            read(repaired),
            named(run));
    lab.discard(List.of(damaged));
    if (lab.referee().stateOf(repaired) != VolumeState.CLEAN) {
      lab.tell(repaired, List.of(one.title + ": it is not clean: " + run));
    }
    return one;
  }

  private static void inflict(String damage, Path image) throws VdoException {
    int blank = damage.indexOf(' ');
    var named = DamageCatalogue.named(damage.substring(0, blank));
    var place = Place.parse(damage.substring(blank + 1)).orElseThrow();
    try (var device = FileDevice.open(image, Access.READ_WRITE, FileDevice.Caching.PAGE_CACHE)) {
      named.recipe().at(place, 1).inflict(device, VolumeAreas.of(device));
    }
  }

  private static List<LbnSet> named(ToolRun run) {
    var sets = new ArrayList<LbnSet>();
    for (var step : run.json().get("steps")) {
      for (var lost : step.path("lost")) {
        sets.add(
            new LbnSet(
                lost.get("first").asLong(),
                lost.get("length").asLong(),
                lost.path("stride").asLong(0),
                lost.path("runs").asLong(1)));
      }
    }
    return sets;
  }

  private static List<Long> read(Path image) throws VdoException {
    try (var device = FileDevice.open(image, Access.READ)) {
      var gathered = Gathered.all(device, Order.BY_LBN, 2);
      return IntStream.of(LBNS).mapToObj(gathered::hash).toList();
    }
  }

  private static Path hashFile(Path image) throws IOException {
    var file = image.resolveSibling(Lab.nameOf(image) + ".hash");
    try (var disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength((2 + LBNS.length / 512) * 4096L);
    }
    return file;
  }

  private static List<Long> hashes(Path file) throws IOException {
    return LongStream.of(BlockHash.parse(Files.readAllBytes(file))).boxed().toList();
  }

  private void judge(
      Case one, String kind, List<Long> before, List<Long> repaired, List<Long> rebuilt)
      throws IOException {
    var ours = Toll.of(before, repaired);
    var drivers = Toll.of(before, rebuilt);
    String row = "| %s | %s | %s | %s |".formatted(one.title, kind, drivers, ours);
    rows.add(row);
    lab.note(row + " rebuilt: " + lab.referee().stateOf(one.rebuilt));
    var told = new ArrayList<String>();
    if (ours.lost() > drivers.lost()) {
      told.add("the repair loses more than the forced rebuild");
    }
    if (repaired.isEmpty()) {
      told.add("the driver did not read it");
    }
    for (int i = 0; i < repaired.size() && told.size() < TOLD; i++) {
      if (!repaired.get(i).equals(one.promised.get(i))) {
        told.add(
            "LBN %d: promised %x, read %x"
                .formatted(LBNS[i], one.promised.get(i), repaired.get(i)));
      }
    }
    if (!repaired.isEmpty()) {
      // What the damage itself has put in a block's place is nothing that a repair could name.
      var unnamed =
          ours.all()
              .filter(i -> !one.isNamed(LBNS[i]) && !one.damaged.get(i).equals(repaired.get(i)))
              .map(i -> LBNS[i])
              .limit(TOLD)
              .toList();
      if (!unnamed.isEmpty()) {
        told.add("changed, and not named as lost: LBN " + unnamed);
      }
    }
    lab.tell(one.repaired, told.stream().map(line -> one.title + ": " + line).toList());
    lab.judgeClean(one.repaired);
  }
}
