package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.GoldenVolume;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With too little memory for all tables there are more walks and the same findings. */
class LittleMemoryTest {
  /** Room for eight ranges: a third of the smallest golden volume. */
  private static final CheckOptions LITTLE = CheckOptions.standard().withMemory(64, 2);

  @ParameterizedTest
  @ValueSource(strings = {"small", "saturated", "churn", "churn-recovered", "v1-dirty-recovered"})
  void soundVolumesStaySound(String name) throws NotAVolumeException {
    var result = VolumeCheck.run(GoldenVolume.load(name).copy(), LITTLE);

    assertThat(result.isSound()).isTrue();
    assertThat(result.tally())
        .isEqualTo(
            VolumeCheck.run(GoldenVolume.load(name).copy(), CheckOptions.standard()).tally());
  }

  @Test
  void aWrongCountIsFoundInEverySlab() throws NotAVolumeException {
    var golden = GoldenVolume.load("v1-dirty-recovered");
    var slabs = golden.slabs();
    int found = 0;
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      var image = golden.copy();
      long pbn = slabs.referenceStart(slab) + 1;
      byte[] block = image.block(pbn);
      int index = firstUsed(block);
      if (index < 0) {
        continue;
      }
      new ReferenceBlock(MemorySegment.ofArray(block)).setCount(index, 250);
      image.put(pbn, block);

      var findings = VolumeCheck.run(image, LITTLE).findings();

      assertThat(findings.count(ProblemCode.COUNT_TOO_HIGH)).isEqualTo(1);
      found++;
    }
    assertThat(found).isGreaterThan(1);
  }

  private static int firstUsed(byte[] block) {
    var counts = new ReferenceBlock(MemorySegment.ofArray(block));
    for (int i = 0; i < ReferenceBlock.COUNTS_PER_BLOCK; i++) {
      if (counts.count(i) > 0 && counts.count(i) < 200) {
        return i;
      }
    }
    return -1;
  }
}
