package io.vdotools.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.LiveJournal;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Usage;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What a volume holds once its journals are replayed: all that two ways to recover it have to agree
 * on, and nothing that they may differ in.
 */
public final class RecoveredState {
  private static final int DIFFERENCES_TOLD = 20;

  private final long rootOrigin;
  private final SlabGeometry slabs;
  private final long[] mappings;
  private final SortedMap<Slot, Long> tree;
  private final int[] pagesByHeight;
  private final byte[] counts;
  private final Usage usage;
  private final List<String> faults;

  RecoveredState(
      long rootOrigin,
      SlabGeometry slabs,
      long[] mappings,
      SortedMap<Slot, Long> tree,
      int[] pagesByHeight,
      byte[] counts,
      Usage usage,
      List<String> faults) {
    this.rootOrigin = rootOrigin;
    this.slabs = slabs;
    this.mappings = mappings;
    this.tree = tree;
    this.pagesByHeight = pagesByHeight;
    this.counts = counts;
    this.usage = usage;
    this.faults = faults;
  }

  /**
   * A slot of a root or an interior page.
   *
   * @param pagePbn the page
   * @param slot the slot
   * @param height of the page, 1 to 4
   */
  public record Slot(long pagePbn, int slot, int height) implements Comparable<Slot> {
    @Override
    public int compareTo(Slot other) {
      int byPage = Long.compare(pagePbn, other.pagePbn);
      return byPage != 0 ? byPage : Integer.compare(slot, other.slot);
    }
  }

  /**
   * Replays a volume's journals, as its state asks for, and reads all of it.
   *
   * @param device the backing device, which is not changed
   * @return what it holds
   * @throws NotAVolumeException if geometry block or super block are damaged
   */
  public static RecoveredState of(BlockDevice device) throws NotAVolumeException {
    return new StateReader(Volume.open(device).checkStrictly()).read();
  }

  /** {@return the part of a crashed volume's recovery journal that a recovery uses} */
  public static LiveJournal live(Volume volume) {
    return new StateReader(volume).live();
  }

  /** {@return this state with the counts that the block map asks for} */
  public RecoveredState withCountsOfBlockMap() {
    var computed = new byte[Math.toIntExact((long) slabs.slabCount() * slabs.dataBlocks())];
    tree.values().forEach(pbn -> computed[indexOf(pbn)] = (byte) ReferenceBlock.MAXIMUM);
    for (long packed : mappings) {
      if (BlockMapEntry.pbn(packed) != 0) {
        computed[indexOf(BlockMapEntry.pbn(packed))]++;
      }
    }
    return new RecoveredState(
        rootOrigin, slabs, mappings, tree, pagesByHeight, computed, usage, faults);
  }

  private int indexOf(long pbn) {
    return slabs.slabOf(pbn) * slabs.dataBlocks() + slabs.offsetInSlab(pbn);
  }

  /** {@return the PBN of the first root} */
  public long rootOrigin() {
    return rootOrigin;
  }

  /** {@return the packed entry of an LBN, 0 if nothing maps it} */
  public long mapping(long lbn) {
    return mappings[Math.toIntExact(lbn)];
  }

  /** {@return the PBN of the page that a slot above the leaves names, 0 if none} */
  public long child(Slot slot) {
    return tree.getOrDefault(slot, 0L);
  }

  /** {@return how many slots above the leaves name a page} */
  public int slotsInUse() {
    return tree.size();
  }

  /** {@return allocated pages of a height from 0 to 3} */
  public int pages(int height) {
    return pagesByHeight[height];
  }

  /** {@return data blocks, as many as there are counts; 0 if a rebuild would make counts anew} */
  public int countedBlocks() {
    return counts.length;
  }

  /** {@return the reference count of a data block, by its place among all data blocks} */
  public int count(int dataBlock) {
    return counts[dataBlock] & 0xff;
  }

  /** {@return the totals that the super block says after the recovery} */
  public Usage usage() {
    return usage;
  }

  /** {@return what the replay had to pass over, in words; empty on every volume of a driver} */
  public List<String> faults() {
    return faults;
  }

  /** {@return LBNs whose mapping is not "unmapped"} */
  public long mappedBlocks() {
    long count = 0;
    for (long packed : mappings) {
      count += packed == 0 ? 0 : 1;
    }
    return count;
  }

  /** {@return the hash of all mappings, in the form that {@code format-spec/golden} describes} */
  public String mappingsSha256() {
    var digest = sha256();
    for (int lbn = 0; lbn < mappings.length; lbn++) {
      long packed = mappings[lbn];
      if (packed != 0) {
        String line =
            lbn + " " + BlockMapEntry.state(packed) + " " + BlockMapEntry.pbn(packed) + "\n";
        digest.update(line.getBytes(US_ASCII));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** {@return the hash of the tree, in the form that {@code format-spec/golden} describes} */
  public String treeSha256() {
    var digest = sha256();
    tree.forEach((slot, child) -> {
      String line = slot.pagePbn() + " " + slot.slot() + " " + slot.height() + " " + child + "\n";
      digest.update(line.getBytes(US_ASCII));
    });
    return HexFormat.of().formatHex(digest.digest());
  }

  /** {@return the hash of some of the counts} */
  public String countsSha256(int from, int length) {
    var digest = sha256();
    digest.update(counts, from, length);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@return how many data blocks have each count, by count} */
  public SortedMap<Integer, Long> histogram() {
    var histogram = new TreeMap<Integer, Long>();
    for (byte count : counts) {
      histogram.merge(count & 0xff, 1L, Long::sum);
    }
    return histogram;
  }

  /** {@return in what another state is different, in words; empty if in nothing} */
  public List<String> differencesFrom(RecoveredState other) {
    var told = new ArrayList<String>();
    if (mappings.length != other.mappings.length || counts.length != other.counts.length) {
      told.add("the volumes have different sizes");
      return told;
    }
    if (!usage.equals(other.usage)) {
      told.add("totals: " + usage + ", other " + other.usage);
    }
    var slots = new TreeSet<>(tree.keySet());
    slots.addAll(other.tree.keySet());
    for (var slot : slots) {
      long mine = tree.getOrDefault(slot, 0L);
      long theirs = other.tree.getOrDefault(slot, 0L);
      tell(told, mine != theirs, () -> slot + ": PBN " + mine + ", other " + theirs);
    }
    for (int i = 0; i < mappings.length; i++) {
      int lbn = i;
      tell(
          told,
          mappings[i] != other.mappings[i],
          () ->
              "LBN "
                  + lbn
                  + ": "
                  + BlockMapEntry.unpack(mappings[lbn])
                  + ", other "
                  + BlockMapEntry.unpack(other.mappings[lbn]));
    }
    for (int i = 0; i < counts.length; i++) {
      int block = i;
      tell(
          told,
          counts[i] != other.counts[i],
          () ->
              "count of data block "
                  + block
                  + ": "
                  + (counts[block] & 0xff)
                  + ", other "
                  + (other.counts[block] & 0xff));
    }
    return told;
  }

  private static void tell(List<String> told, boolean isDifferent, Supplier<String> words) {
    if (isDifferent && told.size() < DIFFERENCES_TOLD) {
      told.add(words.get());
    }
  }
}
