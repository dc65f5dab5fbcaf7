package io.vdotools.tool.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.pack.SourceDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/** A count in as little memory as is wanted. */
final class FewCells implements VolumeWalk.Progress {
  private final String figures;
  private int passes;

  FewCells(Path volume, int chunks) {
    try (var device = SourceDevice.open(volume);
        var parallel = new Parallel(1, 1, System::nanoTime)) {
      var figures =
          new FigureCount(
                  LogicalVolume.open(Volume.open(device)),
                  (long) chunks * ReferenceCells.CHUNK_BYTES,
                  parallel,
                  this)
              .run();
      var out = new StringWriter();
      JsonReport.print(figures, new PrintWriter(out));
      this.figures = out.toString();
    } catch (VdoException e) {
      throw new AssertionError(e);
    }
    assertThat(figures).isNotEmpty();
  }

  String figures() {
    return figures;
  }

  int passes() {
    return passes;
  }

  @Override
  public void phase(String name, long steps) {
    passes += name.equals("block map") ? 1 : 0;
  }

  @Override
  public void advance(long steps) {}
}
