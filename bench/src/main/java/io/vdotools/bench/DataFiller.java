package io.vdotools.bench;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.SilentForestObserver;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jpountz.lz4.LZ4Factory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code data_filler}: writes data into the blocks that a generated volume maps, for measurements
 * of what reads them. Plain blocks get bytes of their own, compressed ones fourteen fragments.
 */
public final class DataFiller implements Command {
  // Of a block that compresses to a fourteenth, so much cannot be compressed.
  private static final int RANDOM_BYTES = 240;

  /** Starts the command. */
  public static void main(String[] arguments) {
    CommandRunner.main(new DataFiller(), arguments);
  }

  @Override
  public String name() {
    return "data_filler";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage().description("Writes data into the blocks that a generated volume maps.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .required(true)
            .type(Path.class)
            .paramLabel("VOLUME")
            .description("The volume, which is changed.")
            .build());
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(Invocation.of(Invocation.changes(Content.VOLUME)));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    Path path = arguments.commandSpec().positionalParameters().getFirst().getValue();
    try (var device = FileDevice.open(path, Access.READ_WRITE);
        var parallel = new Parallel(1, 1, System::nanoTime)) {
      var volume = LogicalVolume.open(Volume.open(device));
      var filler = new Filler(device);
      new ForestWalk(
              device,
              volume.forest(),
              volume.slabs(),
              volume.rootOrigin(),
              volume.nonce(),
              ForestWalk.DEFAULT_WINDOW_PAGES,
              parallel,
              _ -> {})
          .run(SilentForestObserver.INSTANCE, parallel.states(() -> filler), filler);
      device.flush();
      console.out().println(filler.written + " mappings filled");
    }
    return ExitStatus.OK;
  }

  private static final class Filler implements ForestObserver.LeafTask<Filler> {
    private final FileDevice device;
    private final MemorySegment compressed = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
    private long written;

    Filler(FileDevice device) {
      this.device = device;
      var fragments = new ArrayList<byte[]>();
      for (int slot = 0; slot < CompressedBlock.SLOTS; slot++) {
        var content = new byte[BlockSize.BLOCK];
        var some = new byte[RANDOM_BYTES];
        new SplittableRandom(slot).nextBytes(some);
        System.arraycopy(some, 0, content, 0, some.length);
        fragments.add(LZ4Factory.safeInstance().fastCompressor().compress(content));
      }
      new CompressedBlock(compressed).format(fragments);
    }

    @Override
    public void allocated(Filler state, long pbn) {}

    @Override
    public void leaf(Filler state, long pbn, long pageNumber, MemorySegment buffer, long offset) {
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        long packed = BlockMapPage.entry(buffer, offset, slot);
        if (BlockMapEntry.pbn(packed) != 0) {
          fill(BlockMapEntry.pbn(packed), BlockMapEntry.state(packed));
        }
      }
    }

    private void fill(long pbn, int state) {
      var content = compressed;
      if (!MappingState.isCompressed(state)) {
        var bytes = new byte[BlockSize.BLOCK];
        new SplittableRandom(pbn).nextBytes(bytes);
        content = MemorySegment.ofArray(bytes);
      }
      try {
        device.write(pbn, content);
      } catch (DeviceException e) {
        throw new IllegalStateException(e);
      }
      written++;
    }
  }
}
