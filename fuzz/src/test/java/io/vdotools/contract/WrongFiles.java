package io.vdotools.contract;

import io.vdotools.cli.Content;
import io.vdotools.testing.Loop;
import io.vdotools.testing.VolumeImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;

/** Files that are not what a command wants, by what they are. */
final class WrongFiles {
  private static final int BLOCK = 4096;

  private final Path directory;

  WrongFiles(Path directory) {
    this.directory = directory;
  }

  /** What is no file with bytes in it, or holds none that mean anything. */
  List<Path> strange() throws IOException, InterruptedException {
    var files = new ArrayList<Path>();
    files.add(directory.resolve("missing"));
    files.add(directory.resolve("no-directory/missing"));
    files.add(Files.createDirectory(directory.resolve("directory")));
    files.add(
        Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("missing")));
    files.add(Files.createSymbolicLink(directory.resolve("circle"), directory.resolve("circle")));
    Path fifo = directory.resolve("fifo");
    if (Loop.succeeds("mkfifo", fifo.toString())) {
      files.add(fifo);
    }
    for (String device : List.of("/dev/null", "/dev/zero", "/dev/full")) {
      if (Files.exists(Path.of(device))) {
        files.add(Path.of(device));
      }
    }
    return files;
  }

  /** {@return whether reading the file may wait, or never end} */
  boolean isStream(Path file) {
    return Files.exists(file) && !Files.isDirectory(file) && !Files.isRegularFile(file);
  }

  /** Regular files with the wrong content. */
  List<Path> foreign() throws IOException {
    var noise = new byte[16 * BLOCK];
    new SplittableRandom(1).nextBytes(noise);
    var files = new ArrayList<Path>();
    files.add(put("empty", new byte[0]));
    files.add(put("one-byte", new byte[] {'V'}));
    files.add(put("less-than-a-block", new byte[BLOCK - 1]));
    files.add(put("noise", noise));
    files.add(put("zeros", new byte[16 * BLOCK]));
    files.add(put("newlines", "\n".repeat(5 * BLOCK).getBytes(StandardCharsets.UTF_8)));
    files.add(put("text", "fill --count\n".getBytes(StandardCharsets.UTF_8)));
    files.add(put("one-line", "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8)));
    files.add(
        put("element.xml", "<?xml version=\"1.0\"?>\n<a/>\n".getBytes(StandardCharsets.UTF_8)));
    files.add(
        put(
            "entity.xml",
            """
            <?xml version="1.0"?>
            <!DOCTYPE vdo [<!ENTITY x SYSTEM "file:///etc/passwd">]>
            <vdo>&x;</vdo>
            """
                .getBytes(StandardCharsets.UTF_8)));
    files.add(put("json", "{\"vdo\": [".getBytes(StandardCharsets.UTF_8)));
    Path zipped = directory.resolve("zipped.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(noise);
    }
    files.add(zipped);
    Path sparse = directory.resolve("sparse");
    try (var writer = new RandomAccessFile(sparse.toFile(), "rw")) {
      writer.setLength(1L << 40);
    }
    files.add(sparse);
    return files;
  }

  /** Files of every other content that commands know, as far as some command makes them. */
  List<Path> ofOtherContents(Samples samples, Content wanted) {
    var files = new ArrayList<Path>();
    for (Content content : Content.values()) {
      boolean isVolume = Samples.suffix(content).equals(".img");
      // Whatever reads a volume reads a pack of it, too.
      boolean isPackOfVolume = content == Content.PACK && Samples.suffix(wanted).equals(".img");
      if (content != wanted
          && !isPackOfVolume
          && !(isVolume && Samples.suffix(wanted).equals(".img"))) {
        samples
            .find(content)
            .ifPresent(file -> {
              Path copy = directory.resolve("other-" + content.name().toLowerCase(Locale.ROOT));
              Digest.copy(file, copy);
              files.add(copy);
            });
      }
    }
    return files;
  }

  /** A file cut off at the borders of what is in it. */
  List<Long> cuts(Path file, boolean isVolume) throws IOException {
    long size = Files.size(file);
    var cuts = new TreeSet<Long>(List.of(1L, 511L, 512L, 4095L, 4096L, 4097L, 8192L, size / 2));
    cuts.add(size - 1);
    cuts.add(size - 512);
    cuts.add(size - 4096);
    if (isVolume) {
      var image = Samples.volume().build();
      for (long border : borders(image)) {
        cuts.add(border * BLOCK);
        cuts.add(border * BLOCK + 512);
      }
    } else {
      long step = Math.max(1, size / 16);
      for (long cut = step; cut < size; cut += step) {
        cuts.add(cut);
      }
    }
    return cuts.stream().filter(cut -> cut > 0 && cut < size).toList();
  }

  /** The first block of each structure and of what follows it. */
  private static Set<Long> borders(VolumeImage image) {
    var areas = image.areas();
    var borders = new TreeSet<Long>();
    borders.add(areas.volume().superBlockPbn());
    borders.add(areas.volume().superBlockPbn() + 1);
    borders.add(areas.journal().firstPbn());
    borders.add(areas.journal().firstPbn() + areas.journal().blocks());
    borders.add(areas.summaryStart());
    borders.add(areas.summaryStart() + 1);
    var slabs = areas.slabs();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      borders.add(slabs.slabStart(slab));
      borders.add(slabs.referenceStart(slab));
      borders.add(slabs.journalStart(slab));
      borders.add(slabs.journalStart(slab) + slabs.journalBlocks());
    }
    return borders;
  }

  private Path put(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }
}
