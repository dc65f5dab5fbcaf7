package io.vdotools.check;

import io.vdotools.engine.ExactCounts;
import io.vdotools.engine.ReferenceFingerprints;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.compress.Fragments;
import io.vdotools.problem.Problem.FragmentProblem;
import io.vdotools.problem.ProblemCode;
import java.lang.foreign.MemorySegment;

/**
 * The compressed blocks of the ranges that were counted exactly: each fragment that an entry refers
 * to is inflated.
 *
 * <p>Needs exact counts. Checks V-180 to V-184.
 */
final class CompressedPass {
  private final CheckContext context;
  private final ExactCounts counts;
  private final Suspects suspects;
  private final long firstBlock;

  private CompressedPass(CheckContext context, ExactCounts counts, Suspects suspects) {
    this.context = context;
    this.counts = counts;
    this.suspects = suspects;
    this.firstBlock = context.slabs().firstBlock();
  }

  static void run(CheckContext context, ExactCounts counts, Suspects suspects) {
    int[] ranges = counts.ranges();
    context.progress().phase("compressed blocks", ranges.length);
    var pass = new CompressedPass(context, counts, suspects);
    var inflaters = context.parallel().states(Inflater::new);
    context
        .parallel()
        .forEach(
            ranges.length,
            (chunk, buffer) -> {
              var inflater = inflaters.borrow();
              try {
                pass.checkRange(ranges[(int) chunk], buffer.asSlice(0, BlockSize.BLOCK), inflater);
              } finally {
                inflaters.giveBack(inflater);
              }
              context.progress().advance(1);
            });
  }

  private static final class Inflater {
    final Fragments fragments = new Fragments();
    final byte[] block = new byte[BlockSize.BLOCK];
  }

  private void checkRange(int range, MemorySegment bytes, Inflater inflater) {
    long first = (long) range << ReferenceFingerprints.RANGE_SHIFT;
    long end = Math.min(first + ReferenceFingerprints.RANGE_BLOCKS, context.slabs().totalBlocks());
    for (long block = first; block < end; block++) {
      int fragments = counts.fragments(block);
      if (fragments != 0) {
        checkBlock(firstBlock + block, fragments, bytes, inflater);
      }
    }
  }

  private void checkBlock(long pbn, int referred, MemorySegment bytes, Inflater inflater) {
    var errors = context.volume().device().read(pbn, bytes);
    if (!errors.isEmpty()) {
      addBlock(ProblemCode.COMPRESSED_UNREADABLE, pbn, errors.list().getFirst().detail());
      return;
    }
    var block = new CompressedBlock(bytes);
    if (!block.version().equals(CompressedBlock.VERSION)) {
      addBlock(
          ProblemCode.COMPRESSED_VERSION,
          pbn,
          "its version is " + block.version() + ", expected " + CompressedBlock.VERSION);
      return;
    }
    if (!block.isPackedAsDriversDo()) {
      addBlock(
          ProblemCode.COMPRESSED_PACKING,
          pbn,
          "it has less than two fragments, or an unused slot before a used one");
    }
    for (int slot = 0; slot < CompressedBlock.SLOTS; slot++) {
      if ((referred & (1 << slot)) != 0) {
        checkFragment(pbn, block, slot, inflater);
      }
    }
  }

  private void checkFragment(long pbn, CompressedBlock block, int slot, Inflater inflater) {
    var fragment = block.fragment(slot);
    if (fragment.isEmpty() || block.size(slot) == 0) {
      addFragment(
          ProblemCode.FRAGMENT_BOUNDS,
          pbn,
          slot,
          "its size is "
              + block.size(slot)
              + ", and the block holds "
              + CompressedBlock.DATA_BYTES
              + " bytes");
    } else if (!inflater.fragments.inflate(fragment.get(), inflater.block)) {
      addFragment(
          ProblemCode.FRAGMENT_INFLATION,
          pbn,
          slot,
          "its " + block.size(slot) + " bytes do not inflate to a block");
    } else if (isZero(inflater.block)) {
      addFragment(ProblemCode.FRAGMENT_OF_ZEROS, pbn, slot, "it inflates to zeros");
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void addBlock(ProblemCode code, long pbn, String detail) {
    synchronized (suspects) {
      suspects.add(pbn, 1, true, lbns -> new FragmentProblem(code, pbn, -1, detail, lbns));
    }
  }

  private void addFragment(ProblemCode code, long pbn, int slot, String detail) {
    synchronized (suspects) {
      suspects.addFragment(
          pbn,
          MappingState.ofFragment(slot),
          lbns -> new FragmentProblem(code, pbn, slot, detail, lbns));
    }
  }
}
