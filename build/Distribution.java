import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Puts a tool and all it needs into one jar that starts fast, and makes the start-up cache for it.
 *
 * <p>Run from its source file by the build, as a tool module is packaged:
 *
 * <pre>java build/Distribution.java CLASS-PATH DIRECTORY NAME ARCHIVE TRAINING [OPTIONS]</pre>
 *
 * <p>ARCHIVE is a compressed tar file with one volume, TRAINING command lines separated by
 * semicolons, in which SAMPLE stands for that volume, DUMP for a dump of it, and NEW for a file
 * that is not there. OPTIONS, separated by spaces, are for the Java machine, beside those below.
 *
 * <p>Three things make the start fast. One jar is opened instead of a dozen. Its entries are
 * stored, not deflated. And the cache (JEP 483, JEP 514) keeps the classes loaded and linked; since
 * it skips classes of a format older than Java 6, which picocli's are, these are brought up to date
 * here.
 */
final class Distribution {
  /** Any of Java 6 or later would do; this one the JDK can give stack maps to. */
  private static final int CURRENT_MAJOR = ClassFile.JAVA_8_VERSION;

  private static final FileTime FIXED_TIME = FileTime.from(Instant.parse("2026-11-20T00:00:00Z"));
  private static final long TRAINING_LIMIT_SECONDS = 300;

  /**
   * What every run of every tool is started with, training included: a cache made under other
   * options is not used.
   */
  private static final List<String> JAVA_OPTIONS =
      List.of(
          // Little garbage is made: the simplest collector will do, with a small nursery. The heap
          // itself may grow to a quarter of the machine, but only for tables that are in use.
          "-XX:+UseSerialGC",
          "-Xms16m",
          "-Xmn8m",
          // Two MiB at a time where the kernel has them: fresh memory, of which a collection and
          // every new buffer are, costs more than what is done in it.
          "-XX:+UseTransparentHugePages",
          // Code that was compiled by itself is called, not compiled once more into each caller: a
          // run lasts a second or two, and a fifth of it was the compiler's.
          "-XX:InlineSmallCode=1000",
          // No file in /tmp for jps and jstat.
          "-XX:-UsePerfData",
          // The Java machine would print its own warnings to the tool's standard output.
          "-Xlog:disable",
          // LZ4 reaches for memory in ways that a later Java will forbid; no need to tell the user.
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Map<String, byte[]> entries = new TreeMap<>();

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[1]);
    Path jar = directory.resolve(arguments[2] + ".jar");
    Path cache = directory.resolve(arguments[2] + ".aot");
    var distribution = new Distribution();
    for (String place : arguments[0].split(java.io.File.pathSeparator)) {
      distribution.add(Path.of(place));
    }
    distribution.bringUpToDate();
    Files.createDirectories(directory);
    distribution.write(jar);
    var options = new ArrayList<>(JAVA_OPTIONS);
    if (arguments.length > 5 && !arguments[5].isBlank()) {
      options.addAll(List.of(arguments[5].strip().split(" +")));
    }
    Path scratch = Files.createTempDirectory("training");
    try {
      train(
          jar,
          cache,
          options,
          training(Path.of(arguments[3]), scratch, arguments.length > 4 ? arguments[4] : ""));
    } finally {
      try (var leftovers = Files.walk(scratch)) {
        for (Path file : leftovers.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    // Last, because the launchers take it as the sign that everything is there.
    Files.write(directory.resolve("java.options"), options);
  }

  /** Takes over what a jar or a directory of classes holds. */
  private void add(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      addTree(place, place);
    } else {
      try (var archive = FileSystems.newFileSystem(place)) {
        addTree(archive.getPath("/"), place);
      }
    }
  }

  private void addTree(Path root, Path origin) throws IOException {
    List<Path> files;
    try (var walk = Files.walk(root)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String name = root.relativize(file).toString();
      byte[] content = Files.readAllBytes(file);
      if (name.startsWith("META-INF/services/")) {
        entries.merge(name, withNewline(content), Distribution::concatenated);
      } else if (name.matches("(META-INF/)?[^/]*(LICENSE|NOTICE)[^/]*")) {
        // Each library keeps its own licence.
        entries.put(
            "META-INF/licenses/" + origin.getFileName() + "/" + file.getFileName(), content);
      } else if (isNeeded(name) && entries.putIfAbsent(name, content) != null) {
        throw new IOException(name + " is in two libraries; the second is " + origin);
      }
    }
  }

  private static boolean isNeeded(String name) {
    return !name.equals("META-INF/MANIFEST.MF")
        && !name.startsWith("META-INF/maven/")
        && !name.startsWith("META-INF/native-image/")
        && !name.startsWith("META-INF/versions/")
        && !name.endsWith("module-info.class");
  }

  private static byte[] withNewline(byte[] content) {
    return (new String(content, StandardCharsets.UTF_8).strip() + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    var both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  private void bringUpToDate() {
    ClassHierarchyResolver hierarchy =
        ClassHierarchyResolver.ofResourceParsing(this::classFile)
            .orElse(ClassHierarchyResolver.ofResourceParsing(ClassLoader.getSystemClassLoader()));
    ClassFile classFile =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(hierarchy));
    entries.replaceAll((name, content) -> {
      if (!name.endsWith(".class")) {
        return content;
      }
      ClassModel model = classFile.parse(content);
      return model.majorVersion() >= ClassFile.JAVA_6_VERSION
          ? content
          : classFile.transformClass(model, newVersion());
    });
  }

  private static ClassTransform newVersion() {
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(CURRENT_MAJOR, 0);
          } else {
            builder.with(element);
          }
        };
    return version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL));
  }

  private InputStream classFile(ClassDesc type) {
    String descriptor = type.descriptorString();
    byte[] content = entries.get(descriptor.substring(1, descriptor.length() - 1) + ".class");
    return content == null ? null : new ByteArrayInputStream(content);
  }

  /** Writes the entries in the order of their names, with a fixed time, so that builds repeat. */
  private void write(Path jar) throws IOException {
    Path unfinished = jar.resolveSibling(jar.getFileName() + ".new");
    try (OutputStream file = Files.newOutputStream(unfinished);
        var zip = new ZipOutputStream(file)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(
          zip,
          "META-INF/MANIFEST.MF",
          "Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
    Files.move(unfinished, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var checksum = new CRC32();
    checksum.update(content);
    var entry = new ZipEntry(name);
    entry.setLastModifiedTime(FIXED_TIME);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** {@return the arguments for training: the sample and what to do with it, or nothing} */
  private static List<String> training(Path archive, Path scratch, String lines)
      throws IOException, InterruptedException {
    var arguments = new ArrayList<String>();
    if (!lines.isBlank() && Files.exists(archive)) {
      int status =
          new ProcessBuilder("tar", "-xzSf", archive.toString(), "-C", scratch.toString())
              .inheritIO()
              .start()
              .waitFor();
      try (var unpacked = Files.list(scratch)) {
        unpacked.filter(_ -> status == 0).map(Path::toString).forEach(arguments::add);
      }
    }
    if (arguments.size() != 1) {
      return List.of();
    }
    arguments.addAll(List.of(lines.split(";")));
    return arguments;
  }

  /**
   * Runs every command once while the Java machine watches. A tool without the cache is only
   * slower, so trouble here is told and does not fail the build.
   */
  private static void train(Path jar, Path cache, List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    Path log = cache.resolveSibling("training.log");
    // Under its name only when complete: the Java machine trusts what it finds there.
    Path unfinished = cache.resolveSibling(cache.getFileName() + ".new");
    Files.deleteIfExists(cache);
    Files.deleteIfExists(unfinished);
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(options);
    command.add("-XX:AOTCacheOutput=" + unfinished);
    command.addAll(List.of("-cp", jar.toString(), "io.vdotools.cli.Training"));
    command.addAll(arguments);
    Process training =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean isOver = training.waitFor(TRAINING_LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!isOver) {
      training.destroyForcibly();
    }
    if (isOver && training.exitValue() == 0 && Files.exists(unfinished)) {
      Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE);
    } else {
      System.err.println("no start-up cache, commands will start slower; see " + log);
    }
  }
}
