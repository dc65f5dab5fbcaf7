package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.cli.Content;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.Position;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One file of each content, made once and copied.
 *
 * <p>Volumes and raw images are made here. Anything else is made by the command that says that it
 * creates such a file.
 */
final class Samples {
  private static final int RAW_BYTES = 5 * 4096 + 100;

  /** Makes the volumes that no command makes. */
  @FunctionalInterface
  interface Volumes {
    /** Makes one: sound, crashed, or damaged. */
    void make(Content content, Path file);
  }

  private final Path directory;
  private final Volumes volumes;
  private final Map<Content, Path> made = new EnumMap<>(Content.class);

  /** Makes files of small volumes. */
  Samples(Path directory) {
    this(directory, Samples::small);
  }

  Samples(Path directory, Volumes volumes) {
    this.directory = directory;
    this.volumes = volumes;
  }

  /** {@return a file of a content, not to be changed; skips the test if no command makes one} */
  Path file(Content content) {
    var found = find(content);
    assumeTrue(found.isPresent(), "no command makes a file of " + content);
    return found.orElseThrow();
  }

  /** {@return a file of a content, not to be changed, unless no command makes one} */
  Optional<Path> find(Content content) {
    if (!made.containsKey(content)) {
      make(content);
    }
    return Optional.ofNullable(made.get(content));
  }

  /** {@return the suffix that files of a content have} */
  static String suffix(Content content) {
    return switch (content) {
      case VOLUME, CRASHED_VOLUME, DAMAGED_VOLUME, CHANGED_VOLUME -> ".img";
      case UNDO_FILE -> ".vdoundo";
      case RAW -> ".raw";
      case XML -> ".xml";
      case PACK, DELTA_PACK -> ".vdopack";
      case REPORT -> ".out";
    };
  }

  private void make(Content content) {
    Path file = directory.resolve(content.name().toLowerCase(Locale.ROOT) + suffix(content));
    switch (content) {
      case VOLUME, CRASHED_VOLUME, DAMAGED_VOLUME -> {
        volumes.make(content, file);
        keep(content, file);
      }
      case RAW -> keep(content, raw(file));
      case UNDO_FILE, CHANGED_VOLUME -> makeChange(file);
      case XML, PACK, DELTA_PACK, REPORT -> makeByCommand(content, file);
    }
  }

  private static void small(Content content, Path file) {
    var image =
        switch (content) {
          case VOLUME -> volume().build();
          case CRASHED_VOLUME -> crashed();
          case DAMAGED_VOLUME ->
              volume()
                  .build()
                  .with(
                      DamageCatalogue.named("reference-block.zeroed")
                          .recipe()
                          .at(Position.FIRST, 1));
          default -> throw new IllegalArgumentException("no volume: " + content);
        };
    write(file, image.device());
  }

  /** {@return a builder of a volume with blocks of every kind, of 13 MB} */
  static VolumeBuilder volume() {
    return VolumeBuilder.ofSlabs(3, 1024, 32, 6_000)
        .journalBlocks(32)
        .slab(1, SlabForm.RESTED)
        .plainRange(0, 10)
        .shared(0, 10, 11, 12)
        .zero(20, 21, 22)
        .compressed(30, 31, 32, 33)
        .compressed(40, 41)
        .plain(5 * 812, 5 * 812 + 1, 5_999)
        .allocateFromSlab(1)
        .plainRange(812, 200);
  }

  private static VolumeImage crashed() {
    return volume()
        .crashAfterHere(JournalFormat.CURRENT)
        .plainRange(100, 50)
        .plain(3)
        .shared(3, 60, 61)
        .discard(1, 31)
        .zero(2)
        .build();
  }

  private void keep(Content content, Path file) {
    made.put(content, file);
  }

  private static void write(Path file, MemoryDevice device) {
    try (var writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(device.blockCount() * BlockDevice.BLOCK_SIZE);
      for (long pbn = 0; pbn < device.blockCount(); pbn++) {
        byte[] block = device.block(pbn);
        for (byte b : block) {
          if (b != 0) {
            writer.seek(pbn * BlockDevice.BLOCK_SIZE);
            writer.write(block);
            break;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path raw(Path file) {
    var bytes = new byte[RAW_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void makeByCommand(Content content, Path file) {
    Commands.maker(content)
        .ifPresent(maker -> {
          var stage = Stage.of(maker, this, made(file));
          run(stage);
          keep(
              content,
              stage.slots().stream().filter(Stage.Slot::isOutput).findFirst().orElseThrow().path());
        });
  }

  /** An undo file and the volume that it is of belong together. */
  private void makeChange(Path file) {
    Commands.maker(Content.UNDO_FILE)
        .ifPresent(maker -> {
          var stage = Stage.of(maker, this, made(file));
          run(stage);
          for (var slot : stage.slots()) {
            if (slot.isOutput()) {
              keep(Content.UNDO_FILE, slot.path());
            } else if (slot.isTarget()) {
              keep(Content.CHANGED_VOLUME, slot.path());
            }
          }
        });
  }

  private Path made(Path file) {
    try {
      return Files.createDirectories(directory.resolve("made-" + file.getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Stage stage) {
    var run = ToolRun.of(stage.command(), stage.words().toArray());
    assertThat(run.status()).as(stage + run.err()).isEqualTo(stage.ending().code());
  }
}
