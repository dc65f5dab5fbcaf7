package io.vdotools.engine.data;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.metadata.Environment;
import io.vdotools.engine.zones.Section;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.compress.Fragments;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what a mapping names. */
final class BlockReader {
  private final Environment environment;
  private final Fragments fragments = new Fragments();

  BlockReader(Environment environment) {
    this.environment = environment;
  }

  /**
   * Reads the 4096 bytes that a mapping stands for.
   *
   * @param packed a valid mapping
   * @param into where they go
   * @param section where to go on
   * @param then how to go on, with why it failed, null if it did not; runs at once for zeros
   */
  void read(long packed, byte[] into, Section section, Consumer<@Nullable EngineException> then) {
    long pbn = BlockMapEntry.pbn(packed);
    int state = BlockMapEntry.state(packed);
    if (pbn == 0) {
      Arrays.fill(into, (byte) 0);
      then.accept(null);
    } else if (!MappingState.isCompressed(state)) {
      environment.disk().read(pbn, into, section, error -> then.accept(failure(pbn, error)));
    } else {
      var block = new byte[BlockSize.BLOCK];
      environment
          .disk()
          .read(
              pbn,
              block,
              environment.sections().compute(),
              error -> {
                var failure = failure(pbn, error);
                if (failure == null) {
                  failure = inflate(block, pbn, MappingState.fragment(state), into);
                }
                var result = failure;
                environment.execution().enter(section, () -> then.accept(result));
              });
    }
  }

  private static @Nullable EngineException failure(long pbn, @Nullable Exception error) {
    return error == null
        ? null
        : new EngineException(
            Kind.READ_FAILED, "cannot read PBN " + pbn + ": " + error.getMessage(), error);
  }

  private @Nullable EngineException inflate(byte[] block, long pbn, int slot, byte[] into) {
    var compressed = new CompressedBlock(MemorySegment.ofArray(block));
    var fragment =
        compressed.version().equals(CompressedBlock.VERSION)
            ? compressed.fragment(slot)
            : java.util.Optional.<MemorySegment>empty();
    if (fragment.isPresent() && fragments.inflate(fragment.get(), into)) {
      return null;
    }
    return new EngineException(
        Kind.BAD_FRAGMENT, "fragment " + slot + " of PBN " + pbn + " cannot be inflated");
  }
}
