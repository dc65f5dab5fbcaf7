package io.vdotools.testing;

import static java.util.Objects.requireNonNull;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.depot.SlabGeometry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.JarURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One of the volumes that real VDO code wrote: {@code format-spec/golden}.
 *
 * <p>Each is read once in a JVM and never changed; a test that wants to write takes a {@link
 * #copy}. None has a block offset, so a PBN is a block of the device.
 */
public final class GoldenVolume {
  private static final String FOLDER = "golden/";
  private static final String SUFFIX = ".tar.gz";

  // The only state that tests share: unpacking a volume takes longer than most tests of it.
  private static final ConcurrentMap<String, GoldenVolume> LOADED = new ConcurrentHashMap<>();

  private final String name;
  private final MemoryDevice original;
  private final NavigableSet<Long> storedBlocks;

  private GoldenVolume(String name, MemoryDevice original, NavigableSet<Long> storedBlocks) {
    this.name = name;
    this.original = original;
    this.storedBlocks = Collections.unmodifiableNavigableSet(storedBlocks);
  }

  /** {@return the names of all golden volumes, in alphabetical order} */
  public static List<String> names() {
    try {
      return filesInFolder().stream()
          .filter(file -> file.endsWith(SUFFIX))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return all golden volumes, in the order of their names} */
  public static Stream<GoldenVolume> all() {
    return names().stream().map(GoldenVolume::load);
  }

  /** {@return the golden volume with the given name} */
  public static GoldenVolume load(String name) {
    return LOADED.computeIfAbsent(name, GoldenVolume::unpack);
  }

  /** {@return the volume's name} */
  public String name() {
    return name;
  }

  /** {@return a device with the volume's content that the caller may change} */
  public MemoryDevice copy() {
    return original.copy();
  }

  /**
   * {@return the PBNs of the blocks that the image holds}
   *
   * <p>All others are zero; so a search need not look at them.
   */
  public NavigableSet<Long> storedBlocks() {
    return storedBlocks;
  }

  /** {@return a copy of one block} */
  public MemorySegment block(long pbn) {
    return MemorySegment.ofArray(original.block(pbn));
  }

  /** {@return a copy of consecutive blocks} */
  public MemorySegment blocks(long firstPbn, int count) {
    var bytes = Segments.zeros(count * BlockDevice.BLOCK_SIZE);
    for (int i = 0; i < count; i++) {
      bytes.asSlice((long) i * BlockDevice.BLOCK_SIZE).copyFrom(block(firstPbn + i));
    }
    return bytes;
  }

  /** {@return its geometry} */
  public GeometryBlock geometry() {
    return GeometryBlock.decode(block(GeometryBlock.LOCATION));
  }

  /** {@return its super block} */
  public SuperBlock superBlock() {
    return SuperBlock.decode(block(geometry().data().startBlock()));
  }

  /** {@return where its slabs lie} */
  public SlabGeometry slabs() {
    var depot = superBlock().slabDepot();
    return SlabGeometry.of(depot.firstBlock(), depot.lastBlock(), depot.slabConfig()).orElseThrow();
  }

  /**
   * {@return what VDO's own tools say about the volume}
   *
   * <p>The fields are described in {@code format-spec/golden/README.md}.
   */
  public JsonNode facts() {
    return new ObjectMapper().readTree(resource(name + ".expected.json"));
  }

  /**
   * {@return the bytes of a file beside the volumes}
   *
   * @throws IllegalArgumentException if there is no such file
   */
  public static byte[] resource(String fileName) {
    try (InputStream in = classLoader().getResourceAsStream(FOLDER + fileName)) {
      if (in == null) {
        throw new IllegalArgumentException("no " + FOLDER + fileName + " on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private static GoldenVolume unpack(String name) {
    // Unzipped as a whole first: on a stream that returns fewer bytes than asked for, as an
    // unzipping one does, TarArchiveInputStream loses bytes of sparse members.
    try (var zipped = new GZIPInputStream(new ByteArrayInputStream(resource(name + SUFFIX)));
        var tar = new TarArchiveInputStream(new ByteArrayInputStream(zipped.readAllBytes()))) {
      return readImage(name, tar, requireNonNull(tar.getNextEntry(), name));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private static GoldenVolume readImage(
      String name, TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
    var stored = new TreeSet<Long>();
    var device = MemoryDevice.ofBlocks(entry.getRealSize() / BlockDevice.BLOCK_SIZE);
    var block = new byte[BlockDevice.BLOCK_SIZE];
    long at = 0;
    for (var stretch : entry.getOrderedSparseHeaders()) {
      long end = stretch.getOffset() + stretch.getNumbytes();
      if (stretch.getOffset() % block.length != 0 || end % block.length != 0) {
        throw new IOException("the data at byte " + stretch.getOffset() + " is not whole blocks");
      }
      tar.skipNBytes(stretch.getOffset() - at);
      for (at = stretch.getOffset(); at < end; at += block.length) {
        if (tar.readNBytes(block, 0, block.length) != block.length) {
          throw new IOException("ends at byte " + at);
        }
        device.put(at / block.length, block);
        stored.add(at / block.length);
      }
    }
    return new GoldenVolume(name, device, stored);
  }

  private static List<String> filesInFolder() throws IOException {
    // Found by a file of it: a class path may hold the folder more than once.
    var url = requireNonNull(classLoader().getResource(FOLDER + "README.md"), "no golden volumes");
    if (url.openConnection() instanceof JarURLConnection connection) {
      return connection.getJarFile().stream()
          .map(entry -> entry.getName())
          .filter(entry -> entry.startsWith(FOLDER))
          .map(entry -> entry.substring(FOLDER.length()))
          .toList();
    }
    Path folder = requireNonNull(Path.of(URI.create(url.toString())).getParent());
    try (var files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static ClassLoader classLoader() {
    return GoldenVolume.class.getClassLoader();
  }
}
