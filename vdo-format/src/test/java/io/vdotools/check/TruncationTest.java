package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.device.BlockErrors;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A volume that lacks its last blocks cannot be checked, and is found to be too short, wherever it
 * was cut off.
 */
class TruncationTest {
  /** The beginning of a device. */
  private record Head(BlockDevice base, long blocks) implements BlockDevice {
    @Override
    public String name() {
      return base.name();
    }

    @Override
    public long sizeBytes() {
      return blocks * BLOCK_SIZE;
    }

    @Override
    public BlockErrors read(long firstBlock, MemorySegment into) {
      long asked = into.byteSize() / BLOCK_SIZE;
      long held = Math.clamp(blocks - firstBlock, 0, asked);
      var errors = new ArrayList<BlockError>();
      base.read(firstBlock, into.asSlice(0, held * BLOCK_SIZE)).forEach(errors::add);
      into.asSlice(held * BLOCK_SIZE).fill((byte) 0);
      for (long i = held; i < asked; i++) {
        errors.add(new BlockError(firstBlock + i, BlockError.Reason.BEYOND_END, "cut off"));
      }
      return BlockErrors.of(errors);
    }

    @Override
    public void close() {}
  }

  /** Every block of a small volume; some of a large one, from the super block on. */
  static Stream<Arguments> volumes() {
    var small = VolumeImages.clean().device();
    var golden = GoldenVolume.load("small");
    long superBlock = golden.geometry().data().startBlock();
    long end = golden.superBlock().vdo().config().physicalBlocks();
    return Stream.of(
        Arguments.of("small volume", small, every(1, 1, small.blockCount())),
        Arguments.of("super block", golden.copy(), every(23, superBlock, end)),
        Arguments.of("index", golden.copy(), every(1, 1, 1000)));
  }

  private static Stream<Long> every(int step, long from, long to) {
    return LongStream.iterate(from, cut -> cut < to, cut -> cut + step).boxed();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("volumes")
  void aVolumeIsTooShortWhereverItIsCutOff(String part, BlockDevice device, Stream<Long> cuts)
      throws NotAVolumeException {
    List<Long> all = cuts.toList();
    assertThat(all).as(part).hasSizeGreaterThan(900);
    for (long cut : all) {
      var result = VolumeCheck.run(new Head(device, cut), CheckOptions.standard());

      assertThat(result.extent()).isEqualTo(CheckResult.Extent.IMPOSSIBLE);
      assertThat(result.findings().codes()).containsExactly(ProblemCode.DEVICE_TOO_SMALL);
      assertThat(result.findings().kept(ProblemCode.DEVICE_TOO_SMALL).getFirst().problem())
          .extracting(problem -> problem.evidence())
          .asString()
          .contains("the device ends after " + cut + " ");
    }
  }
}
