package io.vdotools.engine.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.LbnSet;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * A salvage of a damaged volume whose sound original is known.
 *
 * @param sound what every LBN was mapped to
 * @param damaged what a driver's rebuild would find
 * @param after what the salvage has made of it
 * @param report what it says
 * @param overlay its changes
 */
record SalvageRun(
    Mappings sound, Mappings damaged, Mappings after, SalvageReport report, OverlayDevice overlay) {
  /** Salvages, and checks what holds for every salvage. */
  static SalvageRun of(BlockDevice original, BlockDevice broken, SalvageOptions options)
      throws VdoException {
    return of(Mappings.of(original), OverlayDevice.over(broken), options);
  }

  static SalvageRun of(Mappings sound, OverlayDevice overlay, SalvageOptions options)
      throws VdoException {
    var damaged = Mappings.of(overlay);
    var report = BlockMapSalvage.run(Volume.open(overlay), overlay, options);
    var run = new SalvageRun(sound, damaged, Mappings.of(overlay), report, overlay);
    run.checkPromises();
    return run;
  }

  /** Each LBN reads as before or is named; and never is more lost than by the driver's rebuild. */
  private void checkPromises() {
    var named = named();
    for (int lbn = 0; lbn < sound.size(); lbn++) {
      if (after.of(lbn) != sound.of(lbn)) {
        assertThat(named.get(lbn))
            .as("LBN %d was %x, is %x: %s", lbn, sound.of(lbn), after.of(lbn), report)
            .isTrue();
      }
    }
    assertThat(saved()).isGreaterThanOrEqualTo(damaged.sameAs(sound));
  }

  /** {@return the LBNs that the report names as lost, doubtful or removed} */
  BitSet named() {
    var named = new BitSet(sound.size());
    report.lost().forEach(lost -> lost.lbns().forEach(set -> add(named, set)));
    report.removed().forEach(entry -> add(named, entry.lbns()));
    return named;
  }

  private void add(BitSet named, LbnSet set) {
    for (long run = 0; run < set.runs(); run++) {
      long first = set.first() + run * set.stride();
      named.set((int) first, (int) Math.min(first + set.length(), sound.size()));
    }
  }

  /** {@return how many mappings are as they were} */
  long saved() {
    return after.sameAs(sound);
  }

  /** {@return whether every mapping is as it was} */
  boolean isWhole() {
    return saved() == sound.mapped() && after.mapped() == sound.mapped();
  }

  /** {@return the damaged volume with the changes written to it} */
  static MemoryDevice applied(MemoryDevice broken, OverlayDevice overlay) {
    var device = broken.copy();
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long number : overlay.changedBlocks()) {
      assertThat(overlay.read(number, block).isEmpty()).isTrue();
      device.write(number, block);
    }
    return device;
  }
}
