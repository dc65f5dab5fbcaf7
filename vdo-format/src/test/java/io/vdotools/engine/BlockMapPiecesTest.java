package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.model.BlockMapPiece;
import io.vdotools.model.ForwardingVisitor;
import io.vdotools.model.PagePlace;
import io.vdotools.model.VolumeVisitor;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecordedVisit;
import io.vdotools.xml.XmlWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A visitor that is told in pieces writes what it would if it were told one by one. */
class BlockMapPiecesTest {
  static Stream<GoldenVolume> golden() {
    return GoldenVolume.all();
  }

  /** Lets pieces pass, and counts them. */
  private static final class Counting extends ForwardingVisitor {
    private int pieces;
    private int pages;

    Counting(VolumeVisitor next) {
      super(next);
    }

    @Override
    public Optional<BlockMapPiece> newPiece() {
      return next.newPiece();
    }

    @Override
    public void piece(BlockMapPiece piece, int from, int to) throws VdoException {
      assertThat(to).isGreaterThan(from);
      pieces++;
      next.piece(piece, from, to);
    }

    @Override
    public void page(PagePlace page) throws VdoException {
      pages++;
      next.page(page);
    }
  }

  /** Does not let them pass. */
  private static final class OneByOne extends ForwardingVisitor {
    OneByOne(VolumeVisitor next) {
      super(next);
    }
  }

  private static void walk(
      BlockDevice device, WalkOptions options, int threads, VolumeVisitor visitor)
      throws VdoException {
    try (var parallel = new Parallel(threads, threads, System::nanoTime)) {
      new VolumeWalk(
              LogicalVolume.open(Volume.open(device)), options, parallel, VolumeWalk.Progress.NONE)
          .run(visitor);
    }
  }

  private static Counting assertSame(BlockDevice device, WalkOptions options) throws VdoException {
    var expected = new ByteArrayOutputStream();
    walk(device, options, 1, new OneByOne(new XmlWriter(expected, "memory")));
    Counting counting = null;
    for (int threads = 1; threads <= 3; threads++) {
      var bytes = new ByteArrayOutputStream();
      counting = new Counting(new XmlWriter(bytes, "memory"));
      walk(device, options, threads, counting);

      assertThat(bytes.toString(StandardCharsets.UTF_8))
          .isEqualTo(expected.toString(StandardCharsets.UTF_8));
    }
    return counting;
  }

  private static long leaves(BlockDevice device) throws VdoException {
    var visit = new RecordedVisit();
    walk(device, WalkOptions.WHOLE.withBestReading(true), 1, visit);
    return visit.all(PagePlace.class).stream().filter(page -> page.height() == 0).count();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void itIsTheSameForEveryGoldenVolume(GoldenVolume volume) throws VdoException {
    var device = volume.copy();
    var counting = assertSame(device, WalkOptions.WHOLE);

    if (leaves(device) > 0) {
      assertThat(counting.pieces).isPositive();
    }
    // Leaf pages of a sound volume all come in pieces.
    var visit = new RecordedVisit();
    walk(device, WalkOptions.WHOLE, 1, visit);
    assertThat(counting.pages).isEqualTo(visit.all(PagePlace.class).size() - (int) leaves(device));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void itIsTheSameForAnyRange(GoldenVolume volume) throws VdoException {
    var device = volume.copy();
    long logical = volume.superBlock().vdo().config().logicalBlocks();
    var random = new SplittableRandom(logical);
    for (int i = 0; i < 5; i++) {
      long first = random.nextLong(Math.min(logical, 20_000));
      assertSame(
          device, WalkOptions.WHOLE.withLbns(first, random.nextLong(first + 1, logical + 1)));
    }
  }

  @Test
  void whatIsUnreadableComesInItsPlace() throws VdoException {
    MemoryDevice device = GoldenVolume.load("churn").copy();
    var visit = new RecordedVisit();
    walk(device, WalkOptions.WHOLE, 1, visit);
    var pages = visit.all(PagePlace.class).stream().filter(page -> page.height() == 0).toList();
    var random = new SplittableRandom(1);
    for (int i = 0; i < pages.size(); i += 3) {
      byte[] page = device.block(pages.get(i).pbn());
      if (i % 2 == 0) {
        // Some entry of it.
        int at = 72 + 5 * random.nextInt(800);
        page[at] = 0x7e;
        page[at + 1] = 0x7e;
      } else {
        page[random.nextInt(16)] ^= 1;
      }
      device.put(pages.get(i).pbn(), page);
    }

    var counting = assertSame(device, WalkOptions.WHOLE.withBestReading(true));

    assertThat(counting.pieces).isGreaterThan(10);
    assertThat(counting.pages).isGreaterThan(10);
  }
}
