package io.vdotools.tool.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.DamageException;
import io.vdotools.engine.damage.NamedDamage;
import io.vdotools.engine.damage.Position;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A check finds the same in a pack as on the damaged volume that it was made of. */
class DamagedVolumesTest {
  private static final VolumeImage CLEAN = VolumeImages.clean();
  private static final VolumeImage NEW = VolumeImages.fresh();
  private static final VolumeImage DIRTY_SLAB = VolumeImages.cleanWithDirtySlab();
  private static final VolumeImage CRASHED =
      VolumeImages.everyKind()
          .crashAfterHere()
          .plainRange(100, 500)
          .plain(VolumeImages.PLAIN)
          .discard(1)
          .zero(2)
          .plain(5 * 812)
          .build();

  static List<NamedDamage> damages() {
    return DamageCatalogue.all();
  }

  private static VolumeImage imageFor(NamedDamage damage) {
    return switch (damage.condition()) {
      case ANY, CLEAN, INDEX -> CLEAN;
      case NEW -> NEW;
      case CRASHED -> CRASHED;
      case DIRTY_SLAB -> DIRTY_SLAB;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void aCheckFindsTheSameInThePack(NamedDamage damage) throws VdoException {
    for (var place : List.of(Position.FIRST, Position.LAST)) {
      var device = imageFor(damage).device().copy();
      try {
        damage.recipe().at(place, 7).inflict(device, imageFor(damage).areas());
      } catch (DamageException _) {
        // Not on this volume.
        continue;
      }
      assumeThat(isVolume(device)).isTrue();

      byte[] pack = Packs.pack(device, place == Position.FIRST ? Packs.USUAL : Packs.withData());

      Contents.of(pack).assertAsOn(device);
      try (var inPlace = Packs.open(pack)) {
        assertThat(findings(inPlace)).isEqualTo(findings(device));
      }
    }
  }

  private static boolean isVolume(MemoryDevice device) {
    try {
      return Volume.open(device).device() != null;
    } catch (NotAVolumeException _) {
      return false;
    }
  }

  private static List<String> findings(BlockDevice device) throws VdoException {
    return VolumeCheck.run(device, CheckOptions.standard()).findings().all().stream()
        .map(Object::toString)
        .toList();
  }
}
