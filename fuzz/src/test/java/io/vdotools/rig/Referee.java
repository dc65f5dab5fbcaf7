package io.vdotools.rig;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckOptions.Level;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.Volume;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.Severity;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.Gathered;
import io.vdotools.testing.RecoveredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compares what this project says of an image with what VDO says of it. */
final class Referee {
  private static final int TOLD_PER_CHECK = 10;

  private final Rig rig;

  Referee(Rig rig) {
    this.rig = rig;
  }

  /**
   * {@return what is wrong with calling an image sound, in words; empty if nothing}
   *
   * <p>All levels and both ways of counting have to find the same, and nothing worse than {@code
   * worst}.
   */
  List<String> checkFindsNothing(Path image, Severity worst) throws IOException {
    var told = new ArrayList<String>();
    try (var device = FileDevice.open(image, Access.READ)) {
      told.addAll(check(device, CheckOptions.standard(), worst));
      told.addAll(
          check(
              device, CheckOptions.standard().withLevel(Level.THOROUGH).withThreads(2, 2), worst));
    } catch (VdoException e) {
      throw new IOException(e);
    }
    return told;
  }

  private static List<String> check(BlockDevice device, CheckOptions options, Severity worst)
      throws VdoException {
    var result = VolumeCheck.run(device, options);
    var told = new ArrayList<String>();
    if (result.extent() != CheckResult.Extent.COMPLETE) {
      told.add("check came to " + result.extent());
    }
    for (var code : result.findings().codes()) {
      if (result.findings().worst(code).compareTo(worst) > 0) {
        told.add(
            result.findings().count(code)
                + " x "
                + code
                + " "
                + result.findings().kept(code).stream().limit(TOLD_PER_CHECK).toList());
      }
    }
    return told;
  }

  /** {@return the codes that a check of an image finds, in words} */
  String codes(Path image) throws IOException {
    try (var device = FileDevice.open(image, Access.READ)) {
      var result = VolumeCheck.run(device, CheckOptions.standard());
      return result.judgement() + " " + result.findings().codes() + " " + result.tally();
    } catch (VdoException e) {
      throw new IOException(e);
    }
  }

  /** {@return the state of the volume in an image} */
  VolumeState stateOf(Path image) throws IOException {
    return superBlockOf(image).vdo().state();
  }

  /** {@return the super block of the volume in an image} */
  SuperBlock superBlockOf(Path image) throws IOException {
    try (var device = FileDevice.open(image, Access.READ)) {
      return Volume.open(device).superBlock();
    } catch (VdoException e) {
      throw new IOException(e);
    }
  }

  /** {@return what the volume in an image holds, its journals replayed in memory} */
  RecoveredState recovered(Path image) throws IOException {
    try (var device = FileDevice.open(image, Access.READ)) {
      return RecoveredState.of(device);
    } catch (VdoException e) {
      throw new IOException(e);
    }
  }

  /**
   * {@return in what the content that we read from an image differs from what the driver read, in
   * words; empty if in nothing}
   *
   * @param image the volume, or what it was before the driver recovered it
   * @param hashes the file that {@code wl hash} wrote in the machine
   */
  List<String> contentDiffers(Path image, Path hashes) throws IOException {
    long[] expected = BlockHash.parse(Files.readAllBytes(hashes));
    var told = new ArrayList<String>();
    if (expected.length == 0) {
      told.add("the driver did not hash it");
    }
    for (var order : Order.values()) {
      Gathered gathered;
      try (var device = FileDevice.open(image, Access.READ)) {
        gathered = Gathered.all(device, order, 2);
      } catch (VdoException e) {
        throw new IOException(e);
      }
      gathered.losses().stream().limit(TOLD_PER_CHECK).forEach(loss -> told.add("lost: " + loss));
      for (int lbn = 0; lbn < expected.length && told.size() < TOLD_PER_CHECK; lbn++) {
        if (gathered.hash(lbn) != expected[lbn]) {
          told.add(
              "LBN %d: hash %x, the driver's %x".formatted(lbn, gathered.hash(lbn), expected[lbn]));
        }
      }
    }
    return told;
  }

  /** {@return in what VDO's tools disagree about a volume that was stopped in good order} */
  List<String> toolsDisagree(Path image) throws IOException {
    var told = new ArrayList<String>();
    var audit = rig.tool("vdoaudit", image, "--verbose");
    if (audit.exitStatus() != 0 || !audit.has("All pbn references matched.")) {
      told.add("vdoaudit: " + audit);
    }
    var state = recovered(image);
    told.addAll(state.faults());
    if (!state.withCountsOfBlockMap().differencesFrom(state).isEmpty()) {
      told.add("counts differ from references");
    }
    told.addAll(BlockMapDump.disagreements(rig.tool("vdodumpblockmap", image), state));
    return told;
  }
}
