package io.vdotools.check;

import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.problem.Problem.StructureProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * A volume that was formatted and never started.
 *
 * <p>Needs the places of the roots. Checks V-204 as far as pages go; the journal is looked at by
 * {@link JournalPass}. Nothing else on such a volume has a meaning yet.
 */
final class NewVolumePass {
  private NewVolumePass() {}

  static void run(CheckContext context) {
    int roots = context.forest().rootCount();
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, roots);
      var errors = context.volume().device().read(context.rootOrigin(), buffer);
      for (int tree = 0; tree < roots; tree++) {
        long pbn = context.rootOrigin() + tree;
        var page = new BlockMapPage(buffer.asSlice((long) tree * BlockSize.BLOCK, BlockSize.BLOCK));
        if (errors.contains(pbn)) {
          add(context, ProblemCode.PAGE_UNREADABLE, pbn, tree, "the block cannot be read");
        } else if (page.validity(context.nonce(), pbn) != BlockMapPage.Validity.INVALID) {
          add(
              context,
              ProblemCode.NEW_WITH_PAGES,
              pbn,
              tree,
              "it is a root page with the nonce of this volume, which was never started");
        }
      }
    }
  }

  private static void add(
      CheckContext context, ProblemCode code, long pbn, int tree, String detail) {
    context
        .findings()
        .add(
            new StructureProblem(
                code,
                Structure.BLOCK_MAP_ROOT,
                pbn,
                detail,
                List.of(context.forest().lbnsBelow(tree, 4, 0))));
  }
}
