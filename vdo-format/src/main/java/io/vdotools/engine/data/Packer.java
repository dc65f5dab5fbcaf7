package io.vdotools.engine.data;

import io.vdotools.VdoException;
import io.vdotools.engine.metadata.PbnLock;
import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Section;
import io.vdotools.format.BlockSize;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.depot.ReferenceBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts fragments together that fit into one block (format-spec, section 9).
 *
 * <p>Belongs to its section.
 */
public final class Packer {
  private static final int BINS = 16;
  private static final long NOTHING_CLOSED = -1;

  /** A write whose content was compressed. */
  static final class Member {
    private final WriteRequest request;
    private final HashLock lock;
    private final byte[] fragment;

    Member(WriteRequest request, HashLock lock, byte[] fragment) {
      this.request = request;
      this.lock = lock;
      this.fragment = fragment;
    }
  }

  /** Fragments that wait for others. */
  private static final class Bin {
    private final List<Member> members = new ArrayList<>();
    private int free = CompressedBlock.DATA_BYTES;

    void add(Member member) {
      members.add(member);
      free -= member.fragment.length;
    }

    @Nullable Member remove(WriteRequest request) {
      for (int i = 0; i < members.size(); i++) {
        if (members.get(i).request == request) {
          free += members.get(i).fragment.length;
          return members.remove(i);
        }
      }
      return null;
    }

    boolean isFull() {
      return members.size() == CompressedBlock.SLOTS || free == 0;
    }
  }

  private final Section section;
  private final Pipeline pipeline;
  private final List<Bin> bins = new ArrayList<>();
  private long closedGeneration = NOTHING_CLOSED;

  Packer(Section section, Pipeline pipeline) {
    this.section = section;
    this.pipeline = pipeline;
  }

  Section section() {
    return section;
  }

  /** Takes a fragment; it waits for others unless its write is waited for. */
  void add(Member member) {
    if (!member.request.mayWaitForOthers() || member.request.generation() <= closedGeneration) {
      member.lock.isNotPacked();
      return;
    }
    var bin = fitting(member.fragment.length);
    if (bin == null) {
      bin = emptied(member.fragment.length);
    }
    if (bin == null) {
      member.lock.isNotPacked();
      return;
    }
    bin.add(member);
    if (bin.isFull()) {
      bins.remove(bin);
      write(bin);
    }
  }

  /** {@return the fullest bin with room for a fragment, or a new one, if there may be another} */
  private @Nullable Bin fitting(int length) {
    Bin best = null;
    for (var bin : bins) {
      if (bin.free >= length && (best == null || bin.free < best.free)) {
        best = bin;
      }
    }
    if (best == null && bins.size() < BINS) {
      best = new Bin();
      bins.add(best);
    }
    return best;
  }

  /** {@return the fullest bin, emptied, unless the fragment fills a block better alone} */
  private @Nullable Bin emptied(int length) {
    Bin fullest = bins.getFirst();
    for (var bin : bins) {
      if (bin.free < fullest.free) {
        fullest = bin;
      }
    }
    if (length >= CompressedBlock.DATA_BYTES - fullest.free) {
      return null;
    }
    bins.remove(fullest);
    write(fullest);
    var bin = new Bin();
    bins.add(bin);
    return bin;
  }

  /** Takes a write out again that is waited for. */
  void cancel(WriteRequest request) {
    for (var bin : bins) {
      var member = bin.remove(request);
      if (member != null) {
        bins.removeIf(each -> each.members.isEmpty());
        member.lock.isNotPacked();
        return;
      }
    }
  }

  /**
   * Writes all that waits.
   *
   * @param generation writes of this generation and of earlier ones wait no more from here on
   */
  void flush(long generation) {
    closedGeneration = Math.max(closedGeneration, generation);
    flush();
  }

  /**
   * Lets writes wait again.
   *
   * @param generation those of this generation and of earlier ones still do not
   */
  void reopen(long generation) {
    closedGeneration = generation;
  }

  /** Writes all that waits. */
  void flush() {
    var all = List.copyOf(bins);
    bins.clear();
    all.forEach(this::write);
  }

  private void write(Bin bin) {
    if (bin.members.size() == 1) {
      bin.members.getFirst().lock.isNotPacked();
      return;
    }
    // As the driver does it: the last one lends its block and becomes the first fragment.
    var members = bin.members.reversed();
    var bytes = new byte[BlockSize.BLOCK];
    new CompressedBlock(MemorySegment.ofArray(bytes))
        .format(members.stream().map(member -> member.fragment).toList());
    long pbn = members.getFirst().request.allocation().pbn();
    pipeline
        .environment()
        .disk()
        .write(pbn, bytes, Disk.Order.PLAIN, section, error -> written(members, error));
  }

  private void written(List<Member> members, @Nullable VdoException error) {
    if (error != null) {
      pipeline.enterReadOnlyMode(error);
      members.forEach(member -> member.lock.isPacked(null, 0));
      return;
    }
    pipeline.counters().compressedBlocks.increment();
    pipeline.counters().fragments.add(members.size());
    PbnLock shared = members.getFirst().request.takeAllocation();
    shared.shareClaimed(members.size(), ReferenceBlock.MAXIMUM);
    for (int slot = 0; slot < members.size(); slot++) {
      members.get(slot).lock.isPacked(shared, slot);
    }
  }
}
