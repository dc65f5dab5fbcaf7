package io.vdotools.engine.salvage;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an older image of the volume tells: pages never move, so each that it names is still in its
 * place. What they hold may have changed since.
 */
final class HintEvidence {
  private final String name;
  private final BlockDevice device;
  private final Ground ground;
  private final Map<Long, Long> ids = new HashMap<>();
  private final Map<Long, Map<Integer, Long>> children = new HashMap<>();
  // A page may be named any number of times; it is read once.
  private final Set<Long> visited = new HashSet<>();

  private HintEvidence(String name, BlockDevice device, Ground ground) {
    this.name = name;
    this.device = device;
    this.ground = ground;
  }

  /**
   * {@return what an image tells of the pages that are not in their place}
   *
   * @param hint the image, which has the nonce of the volume
   * @param ground the volume
   * @param table which page of the volume lies where
   */
  static Optional<HintEvidence> read(Volume hint, Ground ground, PageTable table) {
    if (hint.nonce() != ground.nonce() || hint.forest().isEmpty() || hint.slabs().isEmpty()) {
      return Optional.empty();
    }
    try {
      var logical = LogicalVolume.open(hint);
      var evidence = new HintEvidence(hint.device().name(), logical.device(), ground);
      for (int tree = 0; tree < ground.forest().rootCount(); tree++) {
        evidence.read(logical.rootOrigin() + tree, PageId.of(Forest.ROOT_HEIGHT, tree, 0), table);
      }
      return Optional.of(evidence);
    } catch (NotAVolumeException _) {
      return Optional.empty();
    }
  }

  private void read(long pbn, long id, PageTable table) {
    int height = PageId.height(id);
    var page = visited.add(pbn) ? page(pbn) : Optional.<byte[]>empty();
    if (page.isEmpty()) {
      return;
    }
    for (int slot = 0; slot < PageId.slots(id, ground.forest()); slot++) {
      long packed = BlockMapPage.entry(page.get(), slot);
      if (packed == 0 || !PageExam.isPossible(packed, height, ground.slabs())) {
        continue;
      }
      long child = BlockMapEntry.pbn(packed);
      long childId = PageId.child(id, slot);
      // What is where it belongs needs no evidence.
      if (table.id(child) != childId && ids.putIfAbsent(child, childId) == null) {
        children.computeIfAbsent(id, _ -> new HashMap<>()).put(slot, child);
      }
      if (height > 1) {
        read(child, childId, table);
      }
    }
  }

  private Optional<byte[]> page(long pbn) {
    return Ground.read(device, pbn)
        .filter(bytes ->
            new BlockMapPage(MemorySegment.ofArray(bytes)).validity(ground.nonce(), pbn)
                == BlockMapPage.Validity.VALID);
  }

  /** {@return which page the image has at a PBN, {@link PageTable#NONE} if none of interest} */
  long idOf(long pbn) {
    return ids.getOrDefault(pbn, PageTable.NONE);
  }

  /** {@return the pages of interest that the image names in a page, by slot} */
  Map<Integer, Long> below(long id) {
    return children.getOrDefault(id, Map.of());
  }

  /** {@return what the page at a PBN was in the image, if it was one} */
  Optional<byte[]> content(long pbn) {
    return page(pbn);
  }

  Evidence evidence(Confidence confidence) {
    return new Evidence(Evidence.Source.HINT, confidence, "it has this place in " + name);
  }
}
