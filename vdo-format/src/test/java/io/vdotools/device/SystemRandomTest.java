package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SystemRandomTest {
  @Test
  void noNumberComesTwiceAndEveryBitIsUsed() {
    long[] all =
        IntStream.range(0, 8)
            .mapToObj(_ -> SystemRandom.longs(8))
            .flatMapToLong(LongStream::of)
            .toArray();

    assertThat(all).hasSize(64).doesNotHaveDuplicates();
    assertThat(LongStream.of(all).reduce(0, (one, other) -> one | other)).isEqualTo(-1);
    assertThat(LongStream.of(all).reduce(-1, (one, other) -> one & other)).isZero();
  }

  @Test
  void noneAreNone() {
    assertThat(SystemRandom.longs(0)).isEmpty();
  }
}
