package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BlockErrorsTest {
  private static BlockError error(long block) {
    return new BlockError(block, BlockError.Reason.READ_ERROR, "bad sector");
  }

  @Test
  void noErrorsAreAlwaysTheSharedInstance() {
    assertThat(BlockErrors.of(List.of())).isSameAs(BlockErrors.NONE);
    assertThat(new BlockErrors.Collector().collected()).isSameAs(BlockErrors.NONE);
    assertThat(BlockErrors.of(List.of(error(3))).without(_ -> true)).isSameAs(BlockErrors.NONE);
  }

  @Property
  void aBlockIsContainedWhenItIsListed(
      @ForAll @Size(max = 12) Set<@LongRange(min = 0, max = 20) Long> blocks) {
    BlockErrors errors = BlockErrors.of(blocks.stream().map(BlockErrorsTest::error).toList());

    for (long block = -1; block <= 21; block++) {
      assertThat(errors.contains(block)).isEqualTo(blocks.contains(block));
    }
    assertThat(errors.list()).extracting(BlockError::block).isSorted().hasSameSizeAs(blocks);
  }

  @Test
  void aBlockIsListedOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BlockErrors.of(List.of(error(4), error(2), error(4))));
  }

  @Test
  void theListCannotBeChangedFromOutside() {
    List<BlockError> mine = new ArrayList<>(List.of(error(1)));
    BlockErrors errors = new BlockErrors(mine);

    mine.clear();

    assertThat(errors.contains(1)).isTrue();
  }

  @Test
  void whoNeedsTheBlocksGetsAnExceptionThatNamesThePlace() throws DeviceException {
    MemoryDevice device = MemoryDevice.ofBlocks(8);

    BlockErrors.NONE.orThrow(device);

    assertThatThrownBy(() -> BlockErrors.of(List.of(error(3), error(5))).orThrow(device))
        .isInstanceOf(DeviceException.class)
        .hasMessage("memory: cannot read block 3: bad sector (and 1 more block)")
        .extracting("kind")
        .isEqualTo(DeviceException.Kind.READ_FAILED);
  }
}
